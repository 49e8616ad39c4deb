package federation

// What tests look at.

var ShortNames = shortNames
