package app

// PercentFor is percentFor.
var PercentFor = percentFor
