// Codes and numbers as they are spelled over the phone.

const NAMES = {
  A: "Alfa", B: "Bravo", C: "Charlie", D: "Delta", E: "Echo", F: "Foxtrot", G: "Golf", H: "Hotel", I: "India",
  J: "Juliett", K: "Kilo", L: "Lima", M: "Mike", N: "November", O: "Oscar", P: "Papa", Q: "Quebec", R: "Romeo",
  S: "Sierra", T: "Tango", U: "Uniform", V: "Victor", W: "Whiskey", X: "X-ray", Y: "Yankee", Z: "Zulu",
  0: "zero", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
  ".": "point", "-": "dash", "–": "to",
};

/** `M54.5` as "M (Mike) five four point five". */
export function spelled(code) {
  return Array.from(code.toUpperCase())
    .map((letter) => (/[A-Z]/.test(letter) ? `${letter} (${NAMES[letter]})` : (NAMES[letter] ?? letter.trim())))
    .filter(Boolean)
    .join(" ");
}

/** The codes that an answer is about or lists, each once. */
export function codesOf(answer) {
  const about = (answer?.about?.codes ?? []).map((each) => each.code);
  const listed = (answer?.codes ?? []).map((each) => (each.code_end ? `${each.code}–${each.code_end}` : each.code));
  return [...new Set([...about, ...listed].filter(Boolean))];
}
