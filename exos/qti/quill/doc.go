// Package quill writes XML (« plume »): elements in order, everything escaped, nothing that XML 1.0 forbids.
//
// encoding/xml writes structures; an exercise is a text with elements in it, written as it is thought. There is one way
// round the escaping, Raw, for XML that was written here before.
package quill
