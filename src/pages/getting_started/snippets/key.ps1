$ErrorActionPreference = 'Stop'
$url = '@BASE_URL@' + '/authenticatedSession'
$username = '@USERNAME@'
$key = $env:KEYWARD_API_KEY

function Get-Obfuscated([string] $Timestamp) {
    $high = $Timestamp.Substring($Timestamp.Length - 6)
    $low = '{0:d6}' -f ([int] $high -shr 1)
    $characters = @($high.ToCharArray() | ForEach-Object { $key[[int] "$_"] })
    $characters += @($low.ToCharArray() | ForEach-Object { $key[[int] "$_" + 2] })
    -join $characters
}

function Connect-Api {
    $now = [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds().ToString()
    $body = @{ apiKey = Get-Obfuscated $now; username = $username; password = $env:KEYWARD_PASSWORD; timestamp = $now }
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $body))
    $answer = Invoke-RestMethod $url -Method Post -ContentType 'application/json' -Body $bytes -SessionVariable session
    $script:session = $session
    $answer | Out-Null
}

try { Connect-Api }
catch {
    if ("$($_.ErrorDetails.Message)" -notlike '*TIMESTAMP_UNUSABLE*') { throw }
    Connect-Api
}
try { Invoke-RestMethod $url -WebSession $session } # your calls go here
finally { Invoke-RestMethod $url -Method Delete -WebSession $session }
