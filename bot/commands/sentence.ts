/** What somebody says, without what they say it with. */
export interface Sentence {
  /** The command and what follows it; empty when there is nothing but politeness. */
  words: string;
  greets: boolean;
  thanks: boolean;
}

const ourName = /^@?signoff\b[\s,:!.-]*/i;
const greeting =
  /^(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|morning|greetings)\b(?: (?:there|all|everybody|everyone|team)\b)*[\s,:!.-]*/i;
const thanks = /^(?:thanks|thank you|thx|cheers)\b(?: (?:so much|very much|a lot)\b)?[\s,:!.-]*/i;
const filler =
  /^(?:please|pls|kindly|(?:could|can|would|will) you|(?:i|we) (?:want|need|would like|have)(?: you)? to|(?:i|we)[’']d like(?: you)? to|let[’']?s|let us|ok|okay|so|then|and|now|just|go ahead and)(?=[\s,:]|$)[\s,:]*/i;
const signs = /[\s.,;:?!…]+$/;
const ending = /(?:[\s,]+(?:please|pls|thanks|thank you|thx|now|right now)|(?<!\bwait(?:s|ing)?)\s+for me)$/i;

/** Takes away Signoff’s own name, greetings, thanks, fillers and what ends a sentence. */
export function readSentence(text: string): Sentence {
  const found = { greets: false, thanks: false };
  let words = text.replace(/\s+/g, ' ').trim();
  for (let before = ''; before !== words; ) {
    before = words;
    words = words.replace(ourName, '');
    if (greeting.test(words)) found.greets = true;
    words = words.replace(greeting, '');
    if (thanks.test(words)) found.thanks = true;
    words = words.replace(thanks, '').replace(filler, '').replace(signs, '').replace(ending, '');
  }
  return { words, ...found };
}
