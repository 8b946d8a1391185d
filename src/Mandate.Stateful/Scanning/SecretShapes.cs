using System.Text.RegularExpressions;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Shapes of secrets by which their issuers' own scanners know them. A shape is listed only where its prefix or form is the issuer's and rarely stands in other text.
/// </summary>
internal static partial class SecretShapes
{
    public static IReadOnlyList<SecretShape> All { get; } =
    [
        new("jwt", Jwt()),
        new("pem-private-key", Pem()),
        new("aws-access-key-id", AwsKeyId()),
        new("aws-secret-access-key", AwsSecret()),
        new("github-token", GitHub()),
        new("gitlab-token", GitLab()),
        new("slack-token", Slack()),
        new("slack-webhook", SlackWebhook()),
        new("google-api-key", Google()),
        new("stripe-key", Stripe()),
        new("azure-storage-key", AzureStorage()),
        new("npm-token", Npm()),
        new("openai-key", OpenAi()),
        new("anthropic-key", Anthropic()),
        new("sendgrid-key", SendGrid()),
        new("hashicorp-vault-token", HashiCorp()),
        new("bearer-header", Bearer()),
        new("url-password", UrlPassword()),
    ];

    // Header and payload of a JSON object in base64url, and a signature (RFC 7519).
    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----", RegexOptions.ExplicitCapture)]
    private static partial Regex Pem();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex AwsKeyId();

    // Forty characters of base64 alone are anything; beside its name they are the key.
    [GeneratedRegex(@"(?i:aws_?secret_?access_?key|secretAccessKey)[""'\s:=\\]{1,8}(?<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])", RegexOptions.ExplicitCapture)]
    private static partial Regex AwsSecret();

    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})\b", RegexOptions.ExplicitCapture)]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\bglpat-[A-Za-z0-9_-]{20,}", RegexOptions.ExplicitCapture)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Slack();

    [GeneratedRegex(@"https://hooks\.slack\.com/services/T[A-Za-z0-9_]+/B[A-Za-z0-9_]+/[A-Za-z0-9_]+", RegexOptions.ExplicitCapture)]
    private static partial Regex SlackWebhook();

    [GeneratedRegex(@"\bAIza[A-Za-z0-9_-]{35}", RegexOptions.ExplicitCapture)]
    private static partial Regex Google();

    [GeneratedRegex(@"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Stripe();

    [GeneratedRegex(@"AccountKey=(?<s>[A-Za-z0-9+/]{86}==)", RegexOptions.ExplicitCapture)]
    private static partial Regex AzureStorage();

    [GeneratedRegex(@"\bnpm_[A-Za-z0-9]{36}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Npm();

    [GeneratedRegex(@"\bsk-(?:proj-)?[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{16,}", RegexOptions.ExplicitCapture)]
    private static partial Regex OpenAi();

    [GeneratedRegex(@"\bsk-ant-[A-Za-z0-9_-]{24,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Anthropic();

    [GeneratedRegex(@"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex SendGrid();

    [GeneratedRegex(@"\bhv[sb]\.[A-Za-z0-9_-]{24,}", RegexOptions.ExplicitCapture)]
    private static partial Regex HashiCorp();

    [GeneratedRegex(@"(?i:bearer)\s+(?<s>[A-Za-z0-9._~+/-]{16,}=*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@""']{1,64}:(?<s>[^\s/@""']{4,128})@", RegexOptions.ExplicitCapture)]
    private static partial Regex UrlPassword();
}
