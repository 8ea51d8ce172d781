"""Where a person can be reached: e-mail, telephone and fax numbers, street addresses."""

from __future__ import annotations

from bot.privacy.recogniser import Recogniser, compiled

_USER = r"(?<![\w.+%'-])[\w.+%'-]{1,64}"
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_SPOKEN_HOST = r"[\w-]{1,63}(?:\s?[(\[]?\b(?:dot|dash|hyphen|underscore)\b[)\]]?\s?[\w-]{2,63}|\.(?:com|org|net|edu|gov|health)\b){1,4}"
_SPOKEN_USER = rf"{_USER}(?:\s+dot\s+[\w-]{{1,63}}){{0,3}}"

EMAILS: tuple[Recogniser, ...] = (
    Recogniser(
        "e-mail address", "email", compiled(rf"(?P<secret>{_USER}@{_HOST})"), None, "RFC 5322"
    ),
    Recogniser(
        "e-mail address in words",
        "email",
        compiled(
            rf"(?P<secret>{_SPOKEN_USER}\s?(?:[(\[]at[)\]]\s?(?:{_HOST}|{_SPOKEN_HOST})"
            rf"|(?:\bat\b|@)\s?{_SPOKEN_HOST}))"
        ),
    ),
)

_GAP = r"[-. /\u2010-\u2015]"
_PHONE = rf"(?:\(\d{{3}}\)|\d{{3}}){_GAP}{{0,3}}\d{{3}}{_GAP}{{0,2}}\d{{4}}"
_PREFIX = r"(?:\+?1[-. ]{0,2})?"
_EXTENSION = r"(?:\s{0,2},?\s{0,2}(?:ext\.?|extension|x)\s{0,2}\d{1,6})?"
_COUNTRY = r"\d{1,3}(?:[ .()-]{1,2}\d{1,5}){2,5}"
_ANY_PHONE = rf"(?:(?:\+|00){_COUNTRY}|{_PREFIX}{_PHONE}|\d(?:[ .()/-]{{0,2}}\d){{9}}(?!\d)|\d{{3}}[-. ]\d{{4}}){_EXTENSION}(?![\w-])"
_CALL = (
    r"(?:ext(?:ension)?|tel|telephone|phone|ph|cell|mobile|call|ring|text|dial|reach|whatsapp|my number|p)\b"
    r"(?:\s{0,2}(?:[#:.]|\b(?:number|num|no|is|at|on|me|us|him|her|them|back|the|office)\b)){0,6}\s{0,2}"
)
_FAX = r"(?:fax|facsimile|f(?=:))\b(?:\s{0,2}(?:[#:.]|\b(?:number|no|is|at|to|it|us|me)\b)){0,4}\s{0,2}"

PHONES: tuple[Recogniser, ...] = (
    Recogniser(
        "fax number after its label",
        "fax",
        compiled(rf"(?<!phone/)\b{_FAX}(?:[a-z]+\s){{0,4}}?(?P<secret>{_ANY_PHONE})"),
    ),
    Recogniser(
        "telephone number after its label",
        "phone",
        compiled(rf"\b(?:phone/fax\s|{_CALL})(?P<secret>{_ANY_PHONE})"),
    ),
    Recogniser(
        "telephone number",
        "phone",
        compiled(
            rf"(?<![\w+-])(?P<secret>(?:{_PREFIX}(?:\(\d{{3}}\){_GAP}{{0,2}}\d{{3}}{_GAP}?\d{{4}}"
            rf"|\d{{3}}{_GAP}\d{{3}}{_GAP}?\d{{4}})|\+{_COUNTRY}){_EXTENSION})(?![\w-])"
        ),
        None,
        "North American Numbering Plan; ITU-T E.164",
    ),
    Recogniser(
        "telephone number with an extension",
        "phone",
        compiled(
            r"(?<![\w.-])(?P<secret>[2-9]\d\d[2-9]\d{6}\s{0,2},?\s{0,2}(?:ext\.?|extension|x)\s{0,2}\d{1,6})(?![\w-])"
        ),
        None,
        "North American Numbering Plan",
    ),
    Recogniser(
        "telephone number, digit by digit",
        "phone",
        compiled(r"(?<![\w.-])(?P<secret>\d(?:[ .-]{1,3}\d){9,12})(?![\w.-])"),
    ),
)

_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY]|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware"
    r"|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland"
    r"|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New\ [HJMY]\w+"
    r"|(?:North|South)\ (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode\ Island|Tennessee"
    r"|Texas|Utah|Vermont|(?:West\ )?Virginia|Washington|Wisconsin|Wyoming)"
)
_UNIT = (
    r"(?:,?\s{0,2}(?:(?:apt|apartment|unit|suite|ste|floor|fl|rm|lot)\b\.?\s?#?|#)\s?[\w-]{1,6})?"
)
_CITY = rf"(?:,?\s{{1,2}}(?:[a-z][a-z.'-]{{1,15}}\s?){{1,3}},?\s{{1,2}}(?-i:{_STATE})\b)?"
_TAIL = rf"(?:\s(?:[NS][EW]?|[EW])\b\.?)?{_UNIT}{_CITY}(?:,?\s{{1,2}}\d{{5}}(?:-\d{{4}})?(?!\w))?"
# Words that stand between a number and "st" or "drive" only where no street is meant.
_NO_STREET = (
    r"(?:a|an|and|are|at|by|cpt|days?|for|from|hours?|hrs?|if|in|is|it|mg|minutes?|months?|of|on|or"
    r"|our|per|sessions?|the|times?|to|units?|visits?|was|weeks?|with|x|years?|yo)\b"
)
_SUFFIX = (
    r"(?:street|st|avenue|ave|boulevard|blvd|road|rd|drive|lane|ln|court|ct|circle|cir|terrace|ter"
    r"|place|pl|parkway|pkwy|highway|hwy|turnpike|tpke|trail|way|loop|square|sq|plaza"
    r"|dr(?=\s*(?:$|[.,;#]?\s*(?:$|apt|unit|suite|ste|#|,|;)|[.,]?\s+[a-z]+,?\s+[a-z]{2}\s+\d{5})))\b\.?"
)
_STREET = (
    rf"\d{{1,5}}\s(?:(?:[NSEW]|north|south|east|west)\.?\s)?(?:calle|avenida|camino|via|rue|county\s(?:road|rd)"
    rf"|state\s(?:road|route)|highway|hwy|route)\s(?:\w[\w.'-]{{0,19}}\s?){{1,3}}"
    rf"|\d{{1,5}}(?:-\d{{1,4}})?[a-z]?\s{{1,2}}(?:(?!{_NO_STREET})[a-z0-9][\w.'-]{{0,19}}\s{{1,2}}){{1,4}}?{_SUFFIX}"
)

ADDRESSES: tuple[Recogniser, ...] = (
    Recogniser(
        "post-office box",
        "address",
        compiled(
            rf"\b(?P<secret>(?:p\.?\s?o\.?\s{{0,2}}box|rr\s\d+\s+box)\s{{0,2}}#?\d{{1,6}}{_CITY}(?:,?\s+\d{{5}}(?:-\d{{4}})?)?)(?!\w)"
        ),
    ),
    Recogniser(
        "street address",
        "address",
        compiled(rf"(?<![\w./-])(?P<secret>(?:{_STREET}){_TAIL})"),
        None,
        "USPS Publication 28, appendix C1: street suffixes",
    ),
    Recogniser(
        "address after its label",
        "address",
        compiled(
            r"\b(?:address|addr|lives?\s+at|resid(?:es?|ing)\s+at|residence)\b(?:\s{0,2}(?:[:=-]|\bis\b)){0,2}\s{0,2}"
            rf"(?P<secret>\d{{1,5}}\s(?:[NSEW]{{1,2}}\.?\s)?(?-i:[A-Z])[\w.']{{1,19}}{_TAIL})"
        ),
    ),
    Recogniser(
        "ZIP code after its label",
        "address",
        compiled(
            r"\bzip(?:\s?code)?\b(?:\s{0,2}(?:[:=]|\bis\b)){0,2}\s{0,2}(?P<secret>\d{5}(?:-\d{4})?)(?!\w)"
        ),
    ),
)
