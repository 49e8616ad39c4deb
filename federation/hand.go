package federation

// Hand leaves what Enter decided for the step that redeems what was given for it, under the hash of that.
func (s *Service) Hand(given Hash, e Entry) {
	if s.Changes != nil {
		s.handed.Put(given, e, s.Now())
	}
}

// Handed is the decision behind what is being redeemed: a launch is one decision and not two, where both steps come to one node within a
// moment (recent.Moment) and nothing was changed there meanwhile. False in all other cases, and where the session is over: the face
// decides anew. That what was given is used once is the database's word, not ours.
func (s *Service) Handed(given Hash, session Session) (Entry, bool) {
	e, ok := s.handed.Take(given, s.Now())
	return e, ok && e.changes == s.changes() && session.Lasts(s.Now(), s.limits())
}

func (s *Service) changes() int64 {
	if s.Changes == nil {
		return 0
	}
	return s.Changes()
}
