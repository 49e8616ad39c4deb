// Package xmlsec signs, verifies, encrypts and decrypts the XML of SAML messages: XML Signature 1.1 and XML Encryption 1.1, of which it
// knows one narrow way and refuses every other.
//
//	bytes ──Parse: the front gate (internal/xmlgate), no comment, no identifier twice──▶ element
//	element ──Verify: one signature, its own child, one reference, to itself──▶ what was signed, read again from the very bytes hashed
//
// What Verify returns is the only thing to read: the rest of the document is not signed, whatever stands there. So none of the ways of
// wrapping a signed element into another (XSW) has an effect: the element asked about is the element that was hashed.
//
//	signature    exclusive canonicalization; RSA or ECDSA with SHA-256, 384, 512; never SHA-1, never HMAC
//	transforms   enveloped signature, then exclusive canonicalization, and nothing else (no XPath, no XSLT)
//	keys         those handed in; a message's own KeyInfo is taken out unread
//	encryption   AES-GCM, and AES-CBC to write to those who know no better; the key by RSA-OAEP
//
// Digests and canonical forms are goxmldsig's, the tree is etree's; what they would let through is refused here before they see it.
// It knows no SAML: which element, whose key, what time it is are the caller's.
package xmlsec
