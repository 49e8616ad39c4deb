package licensing

// Rules are the settings of the partners' interface. The zero value is ours.
type Rules struct {
	// TransferableOnly holds to the GAR's own rule RG4, which refuses « non transferable ». Off by default: we accept it.
	TransferableOnly bool
}
