// Package export writes a module for other programs (« export »): a QTI 3 content package, or GIFT.
//
//	qti.Module ── QTI ──▶ zip: imsmanifest.xml, a test, the items, their files
//	           └─ GIFT ─▶ text: the exercises that GIFT can say; the others are named, with why
//
// What came as QTI 3 leaves byte for byte, down to the style sheets that nobody here applies. What came as QTI 2, or as a
// teacher's file, leaves as QTI 3. Either way the package comes in again by the same door, and the same answers earn the same
// marks. (IMS Content Packaging 1.2 as profiled by QTI 3.0.1: https://www.imsglobal.org/spec/qti/v3p0/impl.)
package export
