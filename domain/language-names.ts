/**
 * How people name a language, and how this product does: the English name in lower-case letters, as the templates have it.
 * A leaf: it imports nothing, so that the command line may ask it too.
 */

/** Code of ISO 639-1, then names: English first, then the language's own and some neighbours'. */
const NAMES: readonly string[] = [
  'ar arabic arabisch arabe العربية',
  'bg bulgarian bulgarisch bulgare български',
  'bn bengali bangla বাংলা',
  'ca catalan català katalanisch',
  'cs czech čeština tschechisch tchèque česky',
  'da danish dansk dänisch danois',
  'de german deutsch allemand tedesco alemán duits niemiecki',
  'el greek ελληνικά griechisch grec',
  'en english englisch anglais inglese inglés inglês engels angielski',
  'es spanish español castellano spanisch espagnol spagnolo espanhol spaans castilian',
  'et estonian eesti',
  'fa farsi فارسی persian persisch persan',
  'fi finnish suomi finnisch finnois',
  'fr french français französisch francese francés francês frans',
  'ga irish gaeilge',
  'he hebrew עברית hebräisch hébreu',
  'hi hindi हिन्दी',
  'hr croatian hrvatski kroatisch croate',
  'hu hungarian magyar ungarisch hongrois',
  'hy armenian հայերեն',
  'id indonesian bahasa',
  'is icelandic íslenska',
  'it italian italiano italienisch italien italiaans',
  'ja japanese 日本語 japanisch japonais',
  'ka georgian ქართული',
  'ko korean 한국어 koreanisch coréen',
  'lt lithuanian lietuvių',
  'lv latvian latviešu',
  'nl dutch nederlands niederländisch néerlandais olandese flemish',
  'no norwegian norsk norwegisch norvégien',
  'pl polish polski polnisch polonais polacco',
  'pt portuguese português portugiesisch portugais portoghese',
  'ro romanian română rumänisch roumain',
  'ru russian русский russisch russe russo',
  'sk slovak slovenčina slowakisch',
  'sl slovenian slovenščina slowenisch',
  'sq albanian shqip albanisch',
  'sr serbian српски srpski serbisch',
  'sv swedish svenska schwedisch suédois',
  'sw swahili kiswahili',
  'th thai ไทย',
  'tr turkish türkçe türkisch turc',
  'uk ukrainian українська ukrainisch ukrainien',
  'vi vietnamese tiếng-việt',
  'zh chinese 中文 汉语 漢語 chinesisch chinois mandarin',
  'original source floor originalton',
];

const bare = (text: string): string =>
  text
    .trim()
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();

/** Any word for a language -> its name here, and its code where it has one. */
const MEANT = new Map<string, readonly string[]>();
for (const line of NAMES) {
  const words = line.split(' ');
  const [code = '', name = ''] = words;
  const said = code.length === 2 ? [name, code] : [code];
  for (const word of words) if (!MEANT.has(bare(word))) MEANT.set(bare(word), said);
}

/** ISO 639 code of a language by its name or code, whatever follows a hyphen; undefined for what has none here. */
export function codeOfLanguage(language: string): string | undefined {
  const root = bare(language).split('-')[0] ?? '';
  // What is known by no name, and as short as a code, is one.
  return MEANT.get(root)?.find((word) => word.length === 2) ?? (/^[a-z]{2,3}$/.test(root) ? root : undefined);
}

const LANGUAGE = /^[a-z]{2,12}(-[a-z0-9]{2,8})?$/;

/**
 * What a text that is no language here was probably meant to be, likeliest first: `French` and `français` are `french` or
 * `fr`, `FR` is `fr` or `french`, `pt-BR` is `pt-br`.
 * @param known languages of the event; when one of them is meant, it is the only answer
 */
export function languagesMeant(text: string, known: readonly string[] = []): string[] {
  const lower = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  const root = bare(lower).split('-')[0] ?? '';
  const meant = MEANT.get(bare(lower)) ?? MEANT.get(root) ?? [];
  // A text that is no name of a language is not repeated: it may be a secret in the wrong place.
  const plain =
    LANGUAGE.test(lower) && (known.includes(lower) || (meant.length > 0 && /^[a-z]+(-[a-z]{2,4})?$/.test(lower)));
  const all = [...new Set([...(plain ? [lower] : []), ...meant])].filter((each) => each !== text);
  const own = all.find((each) => known.includes(each));
  return own === undefined ? all : [own];
}

/** The same as the end of a sentence: `; did you mean french or fr?`, empty where nothing is likely. */
export function languageHint(text: string, known: readonly string[] = []): string {
  const meant = languagesMeant(text, known);
  return meant.length === 0 ? '' : `; did you mean ${meant.slice(0, 2).join(' or ')}?`;
}
