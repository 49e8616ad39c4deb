// Package samlwire is how SAML 2.0 messages travel, towards publishers and from portals: the bindings HTTP-Redirect, HTTP-POST and SOAP,
// what every message has, and whose word it is.
//
//	request ─▶ ReadRedirect, ReadPost, ReadSOAP: the front gate ─▶ Message, nobody's word ─▶ Verify: what is signed, and only that
//
// What a message means is its readers': saml answers publishers' sites, signin hears portals.
package samlwire
