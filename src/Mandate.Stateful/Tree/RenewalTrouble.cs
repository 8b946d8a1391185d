using System.Text.Json.Serialization;
using Mandate.Protocol.Failures;

namespace Mandate.Stateful.Tree;

/// <summary>That a token cannot be renewed at present.</summary>
internal sealed record RenewalTrouble(
    [property: JsonPropertyName("s")] DateTimeOffset Since,
    [property: JsonPropertyName("n")] int Failures,
    [property: JsonPropertyName("e")] string Error,
    [property: JsonPropertyName("r")] string Reason)
{
    private const int LongestReason = 1_000;

    [JsonIgnore]
    public ApiTokenRenewal Info => new(Since, Failures, Error, Reason);

    /// <summary>The trouble with one more failure.</summary>
    public static RenewalTrouble After(RenewalTrouble? before, Exception failure, DateTimeOffset now)
    {
        var cause = failure;
        while (cause is not ApplicationFailureException && cause.InnerException is { } inner)
            cause = inner;
        var reason = cause.Message.Length > LongestReason ? cause.Message[..LongestReason] : cause.Message;
        return new(before?.Since ?? now, (before?.Failures ?? 0) + 1, (cause as ApplicationFailureException)?.ErrorType ?? ApiTokenFailureTypes.Unavailable, reason);
    }
}
