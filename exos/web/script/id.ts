// Ids of the same form as the server's: 20 characters, time first, then chance.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

export function newId(): string {
  let out = "";
  for (let ms = Date.now(), i = 0; i < 9; i++, ms = Math.floor(ms / 32)) out = alphabet.charAt(ms % 32) + out;
  for (const byte of crypto.getRandomValues(new Uint8Array(11))) out += alphabet.charAt(byte & 31);
  return out;
}
