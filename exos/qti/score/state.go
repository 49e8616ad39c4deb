package score

import "pupitre/exos/qti/program"

// stateVersion is the first byte of an encoded state.
const stateVersion = 1

// Encode is the stored form of a state; the zero State is one byte.
func (s State) Encode() []byte {
	b := []byte{stateVersion}
	if s.Attempts == 0 && s.Status == "" && s.Seconds == 0 && len(s.Outcomes) == 0 {
		return b
	}
	b = program.AppendInt(b, s.Attempts)
	b = program.AppendString(b, s.Status)
	b = program.AppendFloat(b, s.Seconds)
	b = program.AppendInt(b, len(s.Outcomes))
	for _, o := range s.Outcomes {
		b = program.AppendString(b, o.Identifier)
		b = program.AppendValue(b, o.Value)
	}
	return b
}

// DecodeState reads what Encode wrote; no bytes are the zero State.
func DecodeState(data []byte) (State, error) {
	var s State
	if len(data) == 0 || len(data) == 1 && data[0] == stateVersion {
		return s, nil
	}
	if data[0] != stateVersion {
		return s, program.ErrFormat
	}
	r := program.NewReader(data[1:])
	s.Attempts, s.Status, s.Seconds = r.Int(), r.String(), r.Float()
	n := r.Int()
	for range n {
		if r.Failed() {
			break
		}
		s.Outcomes = append(s.Outcomes, Binding{r.String(), r.Value()})
	}
	if err := r.Close(); err != nil {
		return State{}, err
	}
	return s, nil
}
