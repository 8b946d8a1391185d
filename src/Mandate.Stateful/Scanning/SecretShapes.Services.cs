using System.Text.RegularExpressions;

namespace Mandate.Stateful.Scanning;

/// <content>What services give out.</content>
internal static partial class SecretShapes
{
    private static IEnumerable<SecretShape> Services() =>
    [
        new("github-token", GitHub()),
        new("gitlab-token", GitLab()),
        new("slack-token", Slack()),
        new("slack-webhook", SlackWebhook()),
        new("teams-webhook", Teams()),
        new("telegram-bot-token", Telegram()),
        new("stripe-key", Stripe()),
        new("square-token", Square()),
        new("shopify-token", Shopify()),
        new("npm-token", Npm()),
        new("pypi-token", PyPi()),
        new("rubygems-token", RubyGems()),
        new("nuget-key", NuGet()),
        new("docker-token", Docker()),
        new("artifactory-key", Artifactory()),
        new("openai-key", OpenAi()),
        new("anthropic-key", Anthropic()),
        new("huggingface-token", HuggingFace()),
        new("perplexity-key", Perplexity()),
        new("groq-key", Groq()),
        new("sendgrid-key", SendGrid()),
        new("brevo-key", Brevo()),
        new("mailgun-key", Mailgun()),
        new("twilio-key", Twilio()),
        new("atlassian-token", Atlassian()),
        new("linear-key", Linear()),
        new("notion-token", Notion()),
        new("postman-key", Postman()),
        new("sentry-token", Sentry()),
        new("grafana-token", Grafana()),
        new("dynatrace-token", Dynatrace()),
        new("newrelic-key", NewRelic()),
    ];

    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})\b", RegexOptions.ExplicitCapture)]
    private static partial Regex GitHub();

    // Personal, deploy, runner, trigger, job, feed, mail, agent, flag, SCIM and application tokens.
    [GeneratedRegex(@"\b(?:gl(?:pat|dt|rt|ptt|cbt|ft|imt|agent|ffct|soat|oas)-[A-Za-z0-9_-]{20,}|GR1348941[A-Za-z0-9_-]{20})", RegexOptions.ExplicitCapture)]
    private static partial Regex GitLab();

    // Bots, users, workspaces, refresh and configuration tokens; applications.
    [GeneratedRegex(@"\b(?:xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9]+-[0-9]+-[A-Za-z0-9]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Slack();

    [GeneratedRegex(@"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_]{20,}", RegexOptions.ExplicitCapture)]
    private static partial Regex SlackWebhook();

    [GeneratedRegex(@"https://[a-z0-9]+\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/-]{80,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Teams();

    [GeneratedRegex(@"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])", RegexOptions.ExplicitCapture)]
    private static partial Regex Telegram();

    [GeneratedRegex(@"\b(?:(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{32,})\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Stripe();

    [GeneratedRegex(@"\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,60}", RegexOptions.ExplicitCapture)]
    private static partial Regex Square();

    [GeneratedRegex(@"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Shopify();

    [GeneratedRegex(@"\bnpm_[A-Za-z0-9]{36}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Npm();

    [GeneratedRegex(@"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}", RegexOptions.ExplicitCapture)]
    private static partial Regex PyPi();

    [GeneratedRegex(@"\brubygems_[a-f0-9]{48}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex RubyGems();

    [GeneratedRegex(@"\boy2[a-z0-9]{43}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex NuGet();

    [GeneratedRegex(@"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Docker();

    [GeneratedRegex(@"\bAKCp[A-Za-z0-9]{69}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Artifactory();

    [GeneratedRegex(@"\bsk-(?:(?:proj|svcacct|admin)-)?[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{16,}", RegexOptions.ExplicitCapture)]
    private static partial Regex OpenAi();

    [GeneratedRegex(@"\bsk-ant-[A-Za-z0-9_-]{24,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Anthropic();

    [GeneratedRegex(@"\b(?:hf|api_org)_[A-Za-z]{34}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex HuggingFace();

    [GeneratedRegex(@"\bpplx-[A-Za-z0-9]{48}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Perplexity();

    [GeneratedRegex(@"\bgsk_[A-Za-z0-9]{52}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Groq();

    [GeneratedRegex(@"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex SendGrid();

    [GeneratedRegex(@"\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Brevo();

    [GeneratedRegex(@"\bkey-[a-f0-9]{32}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Mailgun();

    [GeneratedRegex(@"\bSK[0-9a-f]{32}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Twilio();

    [GeneratedRegex(@"\bATATT3[A-Za-z0-9_=-]{180,}", RegexOptions.ExplicitCapture)]
    private static partial Regex Atlassian();

    [GeneratedRegex(@"\blin_api_[A-Za-z0-9]{40}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Linear();

    [GeneratedRegex(@"\bntn_[0-9]{11}[A-Za-z0-9]{35}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Notion();

    [GeneratedRegex(@"\bPMAK-[a-fA-F0-9]{24}-[a-fA-F0-9]{34}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Postman();

    [GeneratedRegex(@"\b(?:sntrys_eyJ[A-Za-z0-9+/=_]{40,}|sntryu_[a-f0-9]{64}\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Sentry();

    [GeneratedRegex(@"\b(?:glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Grafana();

    [GeneratedRegex(@"\bdt0[a-z]01\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Dynatrace();

    [GeneratedRegex(@"\bNRAK-[A-Z0-9]{27}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex NewRelic();
}
