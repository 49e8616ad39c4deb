package cas

// ReadEnvelope is readEnvelope.
var ReadEnvelope = readEnvelope
