package parse

import (
	"encoding/xml"
	"maps"
)

// entities are the characters that exercises call by name without declaring them: HTML's, and
// those of HTML 5 and MathML that formulas and schoolbooks have.
var entities = func() map[string]string {
	all := maps.Clone(xml.HTMLEntity)
	maps.Copy(all, map[string]string{
		"InvisibleTimes": "\u2062", "it": "\u2062", "InvisibleComma": "\u2063", "ic": "\u2063", "ApplyFunction": "\u2061", "af": "\u2061",
		"PlusMinus": "±", "plusmn": "±", "pm": "±", "Integral": "∫", "Sum": "∑", "Product": "∏", "Sqrt": "√", "leq": "≤", "geq": "≥", "neq": "≠",
		"LessEqual": "≤", "GreaterEqual": "≥", "NotEqual": "≠", "approx": "≈", "Element": "∈", "NotElement": "∉", "notin": "∉",
		"RightArrow": "→", "LeftArrow": "←", "DoubleRightArrow": "⇒", "Longrightarrow": "⟹", "Rightarrow": "⇒", "mapsto": "↦",
		"ExponentialE": "ⅇ", "exponentiale": "ⅇ", "ImaginaryI": "ⅈ", "DifferentialD": "ⅆ", "dd": "ⅆ", "infty": "∞", "Del": "∇",
		"OverBar": "‾", "UnderBar": "_", "Hat": "^", "verbar": "|", "vert": "|", "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "lpar": "(", "rpar": ")",
		"half": "½", "frac13": "⅓", "frac23": "⅔", "frac15": "⅕", "frac18": "⅛", "check": "✓", "cross": "✗", "star": "☆", "dash": "‐", "hyphen": "‐",
		"hairsp": "\u200a", "numsp": "\u2007", "puncsp": "\u2008", "ThinSpace": "\u2009", "NonBreakingSpace": "\u00a0", "MediumSpace": "\u205f", "ZeroWidthSpace": "\u200b",
		"comma": ",", "period": ".", "colon": ":", "semi": ";", "excl": "!", "quest": "?", "num": "#", "dollar": "$", "percnt": "%", "ast": "*", "plus": "+", "equals": "=", "lowbar": "_", "sol": "/", "bsol": "\\", "commat": "@", "grave": "`",
		"inodot": "ı", "ccaron": "č", "Ccaron": "Č", "ecaron": "ě", "rcaron": "ř", "zcaron": "ž", "Zcaron": "Ž", "cacute": "ć", "nacute": "ń", "sacute": "ś", "zacute": "ź", "zdot": "ż", "lstrok": "ł", "Lstrok": "Ł", "aogon": "ą", "eogon": "ę",
	})
	return all
}()
