package pattern

type parser struct {
	src   []rune
	pos   int
	depth int
}

func (p *parser) whole() (*node, error) {
	if p.peek() == '^' {
		p.pos++
	}
	tree, err := p.alternatives()
	if err == nil && p.pos < len(p.src) {
		err = ErrSyntax // a stray )
	}
	return tree, err
}

const end rune = -1

func (p *parser) peek() rune {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return end
}

func (p *parser) alternatives() (*node, error) {
	if p.depth++; p.depth > maxNest {
		return nil, ErrTooBig
	}
	defer func() { p.depth-- }()
	n := &node{kind: either}
	for {
		part, err := p.sequence()
		if err != nil {
			return nil, err
		}
		n.parts = append(n.parts, part)
		if p.peek() != '|' {
			break
		}
		p.pos++
	}
	if len(n.parts) == 1 {
		return n.parts[0], nil
	}
	return n, nil
}

func (p *parser) sequence() (*node, error) {
	n := &node{kind: sequence}
	for {
		switch r := p.peek(); {
		case r == end || r == '|' || r == ')':
			return n, nil
		case r == '^' && len(n.parts) == 0, r == '$' && p.lastOfSequence():
			p.pos++ // an anchor of other dialects: the match is on the whole anyway
			continue
		}
		atom, err := p.atom()
		if err != nil {
			return nil, err
		}
		if atom, err = p.quantified(atom); err != nil {
			return nil, err
		}
		n.parts = append(n.parts, atom)
	}
}

func (p *parser) lastOfSequence() bool {
	return p.pos+1 == len(p.src) || p.src[p.pos+1] == '|' || p.src[p.pos+1] == ')'
}

func (p *parser) atom() (*node, error) {
	r := p.src[p.pos]
	p.pos++
	switch r {
	case '(':
		return p.group()
	case '[':
		s, err := p.class()
		return &node{kind: single, set: s}, err
	case '.':
		return &node{kind: single, set: class(not(isLineEnd))}, nil
	case '\\':
		s, err := p.escaped()
		return &node{kind: single, set: s}, err
	case '*', '+', '?', ']':
		if r == ']' {
			break
		}
		return nil, ErrSyntax
	}
	return &node{kind: single, set: literal(r)}, nil
}

func (p *parser) group() (*node, error) {
	if p.peek() == '?' {
		if p.pos+1 >= len(p.src) || p.src[p.pos+1] != ':' {
			return nil, ErrLookAround
		}
		p.pos += 2
	}
	n, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, ErrSyntax
	}
	p.pos++
	return n, nil
}

func (p *parser) quantified(atom *node) (*node, error) {
	for {
		least, most := 0, -1
		switch p.peek() {
		case '*':
		case '+':
			least = 1
		case '?':
			most = 1
		case '{':
			var ok bool
			if least, most, ok = p.braces(); !ok {
				return nil, ErrSyntax
			}
			p.pos-- // braces stopped after }, the others stop on their sign
		default:
			return atom, nil
		}
		p.pos++
		if p.peek() == '?' { // lazy: of no consequence for a whole match
			p.pos++
		}
		atom = &node{kind: repeat, body: atom, min: least, max: most}
	}
}

// braces reads {n}, {n,} or {n,m}.
func (p *parser) braces() (least, most int, ok bool) {
	p.pos++
	least, ok = p.number()
	if !ok {
		return 0, 0, false
	}
	most = least
	if p.peek() == ',' {
		p.pos++
		most = -1
		if p.peek() != '}' {
			if most, ok = p.number(); !ok || most < least {
				return 0, 0, false
			}
		}
	}
	if p.peek() != '}' {
		return 0, 0, false
	}
	p.pos++
	return least, most, true
}

func (p *parser) number() (n int, ok bool) {
	for r := p.peek(); '0' <= r && r <= '9'; r = p.peek() {
		if n = n*10 + int(r-'0'); n > maxStates {
			return 0, false
		}
		p.pos++
		ok = true
	}
	return n, ok
}

// escaped reads what follows a backslash.
func (p *parser) escaped() (*set, error) {
	r := p.peek()
	p.pos++
	if f, ok := escape(r); ok {
		return class(f), nil
	}
	switch {
	case r == end:
		return nil, ErrSyntax
	case r == 'n':
		return literal('\n'), nil
	case r == 'r':
		return literal('\r'), nil
	case r == 't':
		return literal('\t'), nil
	case r == 'p' || r == 'P':
		return p.property(r == 'P')
	case r == 'u' || r == 'x':
		return p.code(r)
	case '1' <= r && r <= '9':
		return nil, ErrReference
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '0':
		return nil, ErrUnsupported
	}
	return literal(r), nil
}

// code reads \uXXXX and \xXX, which other dialects have and authors write.
func (p *parser) code(letter rune) (*set, error) {
	digits := 4
	if letter == 'x' {
		digits = 2
	}
	value := rune(0)
	for range digits {
		r := p.peek()
		switch {
		case '0' <= r && r <= '9':
			value = value*16 + r - '0'
		case 'a' <= r && r <= 'f':
			value = value*16 + r - 'a' + 10
		case 'A' <= r && r <= 'F':
			value = value*16 + r - 'A' + 10
		default:
			return nil, ErrSyntax
		}
		p.pos++
	}
	return literal(value), nil
}

func (p *parser) property(negated bool) (*set, error) {
	if p.peek() != '{' {
		return nil, ErrSyntax
	}
	from := p.pos + 1
	for p.peek() != '}' {
		if p.peek() == end {
			return nil, ErrSyntax
		}
		p.pos++
	}
	f, ok := property(string(p.src[from:p.pos]))
	p.pos++
	if !ok {
		return nil, ErrUnsupported
	}
	if negated {
		f = not(f)
	}
	return class(f), nil
}

// class reads […], the opening bracket being read.
func (p *parser) class() (*set, error) {
	if p.depth++; p.depth > maxNest {
		return nil, ErrTooBig
	}
	defer func() { p.depth-- }()
	s := &set{}
	if p.peek() == '^' {
		s.negate = true
		p.pos++
	}
	for first := true; ; first = false {
		r := p.peek()
		switch {
		case r == end:
			return nil, ErrSyntax
		case r == ']' && !first:
			p.pos++
			return s, nil
		case r == '-' && p.pos+1 < len(p.src) && p.src[p.pos+1] == '[':
			return s, p.subtract(s)
		}
		if err := p.member(s); err != nil {
			return nil, err
		}
	}
}

func (p *parser) subtract(s *set) error {
	p.pos += 2
	minus, err := p.class()
	if err != nil {
		return err
	}
	if p.peek() != ']' {
		return ErrSyntax
	}
	p.pos++
	s.minus = minus
	return nil
}

// member reads one character, range or escape of a class.
func (p *parser) member(s *set) error {
	lo, err := p.classRune(s)
	if err != nil || lo == end {
		return err
	}
	if p.peek() != '-' || p.pos+1 >= len(p.src) || p.src[p.pos+1] == ']' || p.src[p.pos+1] == '[' {
		s.ranges = append(s.ranges, runeRange{lo, lo})
		return nil
	}
	p.pos++
	hi, err := p.classRune(s)
	switch {
	case err != nil:
		return err
	case hi == end: // [a-\d]: the dash is a letter
		s.ranges = append(s.ranges, runeRange{lo, lo}, runeRange{'-', '-'})
	case hi < lo:
		return ErrSyntax
	default:
		s.ranges = append(s.ranges, runeRange{lo, hi})
	}
	return nil
}

// classRune reads one rune; a class escape goes into s at once, and end comes back.
func (p *parser) classRune(s *set) (rune, error) {
	r := p.peek()
	p.pos++
	if r != '\\' {
		return r, nil
	}
	e, err := p.escaped()
	if err != nil {
		return end, err
	}
	if len(e.ranges) == 1 {
		return e.ranges[0].lo, nil
	}
	s.any = append(s.any, e.any...)
	return end, nil
}
