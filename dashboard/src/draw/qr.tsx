/** A text as a QR code: one path, black on white whatever the theme, as cameras want it. */
import qrcode from 'qrcode-generator';

/** Modules around it, as the standard asks. */
const QUIET = 4;

export function Qr({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const squares: string[] = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (code.isDark(row, column)) squares.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`);
  const all = size + 2 * QUIET;
  return (
    <svg class="qr" viewBox={`0 0 ${all} ${all}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path class="qr-paper" d={`M0 0h${all}v${all}H0z`} />
      <path class="qr-ink" d={squares.join('')} />
    </svg>
  );
}
