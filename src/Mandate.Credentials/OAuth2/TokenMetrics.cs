using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mandate.Credentials.OAuth2;

/// <summary>What a token source measures, under the meter <see cref="MeterName"/>. Tags name client, audience and place of the credentials, never a value.</summary>
internal sealed class TokenMetrics : IDisposable
{
    public const string MeterName = "Mandate.Credentials";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _kept;
    private readonly Histogram<double> _duration;
    private readonly string? _audience;

    /// <param name="options">Names the audience.</param>
    /// <param name="secondsToExpiry">Of the present token, null without one.</param>
    public TokenMetrics(ClientCredentialsOptions options, Func<double?> secondsToExpiry)
    {
        _audience = options.Audience ?? options.Resource?.OriginalString;
        _refreshes = _meter.CreateCounter<long>("mandate.token.refreshes", "{refresh}", "Tokens obtained.");
        _failures = _meter.CreateCounter<long>("mandate.token.refresh.failures", "{refresh}", "Attempts to obtain a token that failed.");
        _kept = _meter.CreateCounter<long>("mandate.token.kept", "{call}", "Calls that got the present token because a new one could not be had.");
        _duration = _meter.CreateHistogram<double>("mandate.token.refresh.duration", "s", "Time an attempt to obtain a token took.");
        _meter.CreateObservableGauge(
            "mandate.token.time_to_expiry",
            () => secondsToExpiry() is { } seconds ? [new Measurement<double>(seconds, Tags(clientId: null, source: null))] : Array.Empty<Measurement<double>>(),
            "s",
            "Time until the present token expires; negative once it has.");
    }

    public void Refreshed(TokenRefreshedEventArgs refresh)
    {
        var tags = Tags(refresh.ClientId, refresh.CredentialSource);
        if (refresh.Error is { } error)
        {
            tags.Add("error.type", error.Kind.ToString());
            _failures.Add(1, tags);
        }
        else
        {
            _refreshes.Add(1, tags);
        }

        _duration.Record(refresh.Duration.TotalSeconds, tags);
    }

    public void Kept() => _kept.Add(1, Tags(clientId: null, source: null));

    public void Dispose() => _meter.Dispose();

    private TagList Tags(string? clientId, string? source)
    {
        var tags = new TagList();
        if (_audience is not null)
            tags.Add("mandate.audience", _audience);
        if (clientId is not null)
            tags.Add("mandate.client_id", clientId);
        if (source is not null)
            tags.Add("mandate.credential.source", source);
        return tags;
    }
}
