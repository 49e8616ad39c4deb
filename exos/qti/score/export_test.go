package score

// SameText is sameText, for the fuzzer.
var SameText = sameText
