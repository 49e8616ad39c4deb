// Package proof is how publishers' programs prove who they are, and that something is their word, whatever the face that they speak
// to: the OpenID provider and the LTI platform check with the same eyes (« preuve »).
//
//	a request ─▶ one proof only? ─▶ client known? ─▶ the method it is registered for? ─▶ good? ─▶ Caller
//	                                                      secret · signed JWT · certificate of the connection
//
//	a signed JWT ─▶ algorithm allowed to that client ─▶ key of its set ─▶ signature ─▶ iss, aud, exp, iat, nbf ─▶ once
//
// A key set is the registered one, or is fetched from the registered address: over https (in clear on loopback names only), without
// following anybody elsewhere, bounded in size and time, kept ten minutes, and asked again for a key that is not in it at most twice a
// minute. What a program may show once is kept in the database, so once is once on all nodes.
//
// It does not: read a certificate from a header, check a certificate against an authority (it is known by its thumbprint), take HMAC.
package proof
