package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	baseURL  = "@BASE_URL@"
	username = "@USERNAME@"
)

func obfuscate(key, timestamp string) string {
	high := timestamp[len(timestamp)-6:]
	number, _ := strconv.Atoi(high)
	result := make([]byte, 0, 12)
	for _, digit := range high {
		result = append(result, key[digit-'0'])
	}
	for _, digit := range fmt.Sprintf("%06d", number>>1) {
		result = append(result, key[digit-'0'+2])
	}
	return string(result)
}

func call(client *http.Client, method, path string, body any) (string, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequest(method, baseURL+path, bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, answer)
	}
	return string(answer), err
}

func signIn(client *http.Client) error {
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	_, err := call(client, "POST", "/authenticatedSession", map[string]string{
		"apiKey":    obfuscate(os.Getenv("KEYWARD_API_KEY"), now),
		"username":  username,
		"password":  os.Getenv("KEYWARD_PASSWORD"),
		"timestamp": now,
	})
	return err
}

func main() {
	if len(os.Getenv("KEYWARD_API_KEY")) != 12 {
		log.Fatal("set KEYWARD_API_KEY and KEYWARD_PASSWORD")
	}
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	err := signIn(client)
	if err != nil && strings.Contains(err.Error(), "TIMESTAMP_UNUSABLE") {
		err = signIn(client)
	}
	if err != nil {
		log.Fatal(err)
	}
	// Your calls go here.
	for _, method := range []string{"GET", "DELETE"} {
		answer, err := call(client, method, "/authenticatedSession", nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(answer)
	}
}
