/**
 * Whether Signoff says in words that a tap did something. It says no in words too, since Teams shows nothing of an error;
 * a tap that did what it should mostly brings the card back.
 */
export const wentThrough = (text: string): boolean =>
  /^(Done|Confirmed|Approved|Rejected|Skipped|Taken back|Asked for approval|Drawing up the plan|They are called|Signoff looks)\b/.test(
    text,
  ) || /(is canceled|are tried again|(decided|done) by now|replaced by a newer one)\.$/.test(text);
