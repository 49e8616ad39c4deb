package httpx

import (
	"net/http"
	"strings"
)

// SystemName is what a reader's device runs, as far as its browser says: « Android », « iOS », « Windows », « macOS », « ChromeOS »,
// « Linux ». By the hint that browsers send by themselves (User-Agent Client Hints §3.7), or else by the name that they give. "" where
// neither says. An iPad in its usual setting says that it is a Mac, and is taken for one: a page that minds asks its screen.
func SystemName(r *http.Request) string {
	switch hint := strings.Trim(r.Header.Get("Sec-CH-UA-Platform"), `"`); hint {
	case "Android", "iOS", "Windows", "macOS", "Linux":
		return hint
	case "Chrome OS", "Chromium OS":
		return "ChromeOS"
	}
	agent := r.UserAgent()
	for _, sign := range [][2]string{{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iOS"}, {"iPod", "iOS"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Macintosh", "macOS"}, {"Linux", "Linux"}} { // Android's browsers say Linux, too
		if strings.Contains(agent, sign[0]) {
			return sign[1]
		}
	}
	return ""
}
