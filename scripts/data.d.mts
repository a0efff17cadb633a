export const DATA: string[];
