// Package guess tells how many guesses a password takes from somebody who knows what people choose: words and names, passwords that
// others had, dates, walks along a keyboard, one thing twice. It asks for no mixture of signs, and knows French and schools.
//
//	motdepasse + college + 2026     three guesses that everybody makes: 12 bits
//	quatre mots sans rapport        four words: 40 bits
//
// It is the idea of zxcvbn (Wheeler, USENIX Security 2016): a password costs what its cheapest reading costs, a word the logarithm of
// its rank. The lists come from zxcvbn-ts (lists/LICENSE.txt) by way of tools/words; the first, of school, is ours.
//
// It keeps nothing and logs nothing: what it is given is a secret.
package guess
