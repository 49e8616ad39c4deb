// Package xmlgate is the strict front gate for every XML document that a stranger sends: archives of portals, subscriptions,
// notices, exercises, SAML messages. Behind it nothing needs to fear the XML itself.
//
// It reads XML 1.0 (5th edition) with Namespaces 1.0, minus what only attacks and accidents use:
//
//	refused    DOCTYPE; processing instructions (but the declaration); entities beyond the five of §4.6; encodings other than
//	           UTF-8, unless Limits.Encodings allows the old ones; bytes that are not UTF-8; characters outside §2.2;
//	           an attribute twice, by its expanded name; a prefix never declared; tags that do not match; a second root
//	limited    bytes, depth, elements, attributes of an element, lengths of names, values, tags and texts
//
// A Reader streams: memory is one token, whatever the size of the document. Names are strings made once per document, and text
// is a window on the buffer, so reading a record allocates only what the caller keeps.
//
//	r := xmlgate.NewReader(src, xmlgate.Limits{})
//	root, err := r.Root()
//	for record, err := range r.Children() {
//		if err != nil {
//			return err
//		}
//		switch record.Name.Local {
//		case "uaiEtab":
//			uai, err := r.Text()
//			…
//		}
//	}
//
// What is not read of a child is skipped (and still checked). Comments are dropped and the text around them is one text, CDATA
// sections are text, an element written <a/> has its End like any other, xmlns attributes are resolved and not shown.
//
// Errors are fault.Invalid with a code "xmlgate.…" and the line. They know no file name: the caller adds it.
//
// The scanner is our own: encoding/xml's RawToken allocates at every token (measured on a portal’s file: 75 MB/s against 277 here) and checks neither
// pairing nor namespaces. A fuzz target holds the two to the same reading of every document that the gate lets through.
//
// It validates against no schema and writes nothing.
package xmlgate
