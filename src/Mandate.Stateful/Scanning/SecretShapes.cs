using System.Text.RegularExpressions;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Shapes of secrets by which their issuers' own scanners know them. A shape is listed only where its prefix or form is the issuer's and rarely stands in other text; the last is for
/// secrets without a shape, which their names give away.
/// </summary>
internal static partial class SecretShapes
{
    /// <summary>Different characters that a value known by its name alone has at least: masks and placeholders have fewer.</summary>
    public const int FewestCharacters = 6;

    public static IReadOnlyList<SecretShape> All { get; } =
    [
        .. General(),
        .. Services(),
        new("secret-by-name", ByName(), IsByName: true),
    ];

    private static IEnumerable<SecretShape> General() =>
    [
        new("jwt", Jwt()),
        new("pem-private-key", Pem()),
        new("age-secret-key", Age()),
        new("aws-access-key-id", AwsKeyId()),
        new("aws-secret-access-key", AwsSecret()),
        new("aws-bedrock-key", AwsBedrock()),
        new("google-api-key", GoogleKey()),
        new("google-oauth-token", GoogleToken()),
        new("google-client-secret", GoogleClient()),
        new("azure-storage-key", AzureStorage()),
        new("azure-client-secret", AzureClient()),
        new("azure-sas", AzureSas()),
        new("alibaba-access-key", Alibaba()),
        new("digitalocean-token", DigitalOcean()),
        new("cloudflare-origin-key", Cloudflare()),
        new("heroku-key", Heroku()),
        new("flyio-token", FlyIo()),
        new("openshift-token", OpenShift()),
        new("databricks-token", Databricks()),
        new("planetscale-token", PlanetScale()),
        new("hashicorp-vault-token", HashiCorp()),
        new("terraform-token", Terraform()),
        new("pulumi-token", Pulumi()),
        new("doppler-token", Doppler()),
        new("1password-token", OnePassword()),
        new("bearer-header", Bearer()),
        new("basic-header", Basic()),
        new("url-password", UrlPassword()),
    ];

    // Header and payload of a JSON object in base64url, and a signature (RFC 7519).
    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Jwt();

    // Also a PGP key block.
    [GeneratedRegex(@"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", RegexOptions.ExplicitCapture)]
    private static partial Regex Pem();

    [GeneratedRegex(@"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Age();

    // Of a user, a session, a bearer token of a service, a context.
    [GeneratedRegex(@"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex AwsKeyId();

    // Forty characters of base64 alone are anything; beside its name they are the key. Some writers of JSON escape a slash.
    [GeneratedRegex(@"(?i:aws_?secret_?(?:access_?)?key|secret_?access_?key)[""\'\s:=\\]{1,8}(?<s>(?:[A-Za-z0-9+]|\\{0,3}/){40})(?![A-Za-z0-9/+])", RegexOptions.ExplicitCapture)]
    private static partial Regex AwsSecret();

    [GeneratedRegex(@"\bABSK[A-Za-z0-9+/]{109,269}={0,2}", RegexOptions.ExplicitCapture)]
    private static partial Regex AwsBedrock();

    [GeneratedRegex(@"\bAIza[A-Za-z0-9_-]{35}", RegexOptions.ExplicitCapture)]
    private static partial Regex GoogleKey();

    // Access token, and refresh token.
    [GeneratedRegex(@"\b(?:ya29\.[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{40,})", RegexOptions.ExplicitCapture)]
    private static partial Regex GoogleToken();

    [GeneratedRegex(@"\bGOCSPX-[A-Za-z0-9_-]{28}", RegexOptions.ExplicitCapture)]
    private static partial Regex GoogleClient();

    [GeneratedRegex(@"(?:AccountKey|SharedAccessKey)=(?<s>[A-Za-z0-9+/]{43,86}={1,2})", RegexOptions.ExplicitCapture)]
    private static partial Regex AzureStorage();

    // Three characters, a digit and Q~: since 2021 every client secret of Entra ID has them.
    [GeneratedRegex(@"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])", RegexOptions.ExplicitCapture)]
    private static partial Regex AzureClient();

    // Signature of a shared access signature, in an address.
    [GeneratedRegex(@"[?&]sig=(?<s>[A-Za-z0-9%+/]{43,}(?:=|%3[dD]))", RegexOptions.ExplicitCapture)]
    private static partial Regex AzureSas();

    [GeneratedRegex(@"\bLTAI[A-Za-z0-9]{17,21}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Alibaba();

    [GeneratedRegex(@"\bdo[opr]_v1_[a-f0-9]{64}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex DigitalOcean();

    [GeneratedRegex(@"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Cloudflare();

    [GeneratedRegex(@"\bHRKU-AA[A-Za-z0-9_-]{58}", RegexOptions.ExplicitCapture)]
    private static partial Regex Heroku();

    [GeneratedRegex(@"\b(?:fo1_[A-Za-z0-9_-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{100,}={0,3})", RegexOptions.ExplicitCapture)]
    private static partial Regex FlyIo();

    [GeneratedRegex(@"\bsha256~[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])", RegexOptions.ExplicitCapture)]
    private static partial Regex OpenShift();

    [GeneratedRegex(@"\bdapi[a-f0-9]{32}(?:-[0-9])?\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Databricks();

    [GeneratedRegex(@"\bpscale_(?:tkn|oauth|pw)_[A-Za-z0-9=._-]{32,64}", RegexOptions.ExplicitCapture)]
    private static partial Regex PlanetScale();

    [GeneratedRegex(@"\bhv[sb]\.[A-Za-z0-9_-]{24,}", RegexOptions.ExplicitCapture)]
    private static partial Regex HashiCorp();

    [GeneratedRegex(@"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9=_-]{60,70}", RegexOptions.ExplicitCapture)]
    private static partial Regex Terraform();

    [GeneratedRegex(@"\bpul-[a-f0-9]{40}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Pulumi();

    [GeneratedRegex(@"\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Doppler();

    [GeneratedRegex(@"\bops_eyJ[A-Za-z0-9+/]{250,}={0,3}", RegexOptions.ExplicitCapture)]
    private static partial Regex OnePassword();

    [GeneratedRegex(@"(?i:bearer)\s+(?<s>[A-Za-z0-9._~+/-]{16,}=*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Bearer();

    // User and password in base64 (RFC 7617).
    [GeneratedRegex(@"(?i:authorization)[""\'\s:=\\]{1,8}(?i:basic)\s+(?<s>[A-Za-z0-9+/]{8,}={0,2})", RegexOptions.ExplicitCapture)]
    private static partial Regex Basic();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@""\']{1,64}:(?<s>[^\s/@""\']{4,128})@", RegexOptions.ExplicitCapture)]
    private static partial Regex UrlPassword();

    // A member of JSON. A value with spaces is a sentence, one with a scheme an address, one in brackets a placeholder.
    [GeneratedRegex(@"""(?i:(?:[a-z]+_?)?(?:api_?token|api_?key|access_?token|refresh_?token|auth_?token|client_?secret|secret_?key|private_?key|password|passwd))""\s*:\s*""(?<s>(?![a-z]+://|[\[<{$*(])[^\s""\\]{8,4096})""", RegexOptions.ExplicitCapture)]
    private static partial Regex ByName();
}
