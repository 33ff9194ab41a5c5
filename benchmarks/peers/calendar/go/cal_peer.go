// Answers compare.py's commands with github.com/rickar/cal/v2: cal_peer FOLDER.
//
// It knows holidays by rule: its own federal holidays of the United States, whose dates are the file's. Its cache of
// dates is on, which it calls the fast way.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/us"
)

type question struct {
	from     time.Time
	argument int64
	to       time.Time
}

var sink int64

func main() {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	office := cal.NewBusinessCalendar()
	office.Cacheable = true
	office.SetWorkHours(9*time.Hour, 17*time.Hour)
	office.AddHoliday(us.NewYear, us.MlkDay, us.PresidentsDay, us.MemorialDay, us.Juneteenth, us.IndependenceDay,
		us.LaborDay, us.ColumbusDay, us.VeteransDay, us.ThanksgivingDay, us.ChristmasDay)

	questions := map[string][]question{}
	file, err := os.Open(filepath.Join(os.Args[1], "questions.txt"))
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var kind string
		var from, argument int64
		if _, err := fmt.Sscan(lines.Text(), &kind, &from, &argument); err != nil {
			panic(err)
		}
		asked := question{time.UnixMilli(from).In(zone), argument, time.UnixMilli(argument).In(zone)}
		questions[kind] = append(questions[kind], asked)
	}

	answer := func(kind string, asked question) int64 {
		switch {
		case strings.HasPrefix(kind, "add"):
			return office.AddWorkHours(asked.from, time.Duration(asked.argument)*time.Hour).UnixMilli()
		case strings.HasPrefix(kind, "elapsed"):
			return office.WorkHoursInRange(asked.from, asked.to).Milliseconds()
		default:
			if office.IsWorkTime(asked.from) {
				return 1
			}
			return 0
		}
	}

	fmt.Println("ready rickar/cal v2.1.13")
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		var command, kind string
		var count int
		fmt.Sscan(commands.Text(), &command, &kind, &count)
		asked := questions[kind]
		if command == "answers" {
			for _, each := range asked[:count] {
				fmt.Print(answer(kind, each), " ")
			}
			fmt.Println()
			continue
		}
		begin := time.Now()
		for n := 0; n < count; n++ {
			sink += answer(kind, asked[n%len(asked)])
		}
		fmt.Println(float64(time.Since(begin).Nanoseconds()) / float64(count))
	}
}
