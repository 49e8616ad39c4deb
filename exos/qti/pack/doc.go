// Package pack opens a publisher's content package (« paquet de contenu »): a zip whose
// imsmanifest.xml lists tests, exercises and their pictures (IMS Content Packaging 1.1.4
// and 1.2, as profiled by QTI 2.x and 3.0).
//
// The zip comes from a stranger. Nothing is written to disk; names that leave the folder,
// links, two names that differ by case, encrypted members, too many members, too many
// bytes, and members that unpack to absurdly more than their size are refused with a
// finding that names the entry.
package pack
