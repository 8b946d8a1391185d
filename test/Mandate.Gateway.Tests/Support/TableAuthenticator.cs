using System.Collections.Concurrent;

namespace Mandate.Gateway.Tests.Support;

/// <summary>Knows callers by tokens that the test has given out.</summary>
internal sealed class TableAuthenticator : ICallerAuthenticator
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    /// <summary>Makes a caller known; returns its token.</summary>
    public string Add(Caller caller)
    {
        var token = $"token-{caller.Kind}-{caller.Subject}-{caller.TenantId}";
        _callers[token] = caller;
        return token;
    }

    public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellation) =>
        new((credentials.BearerToken ?? credentials.ApiKey) is { } shown && _callers.TryGetValue(shown, out var caller)
            ? CallerVerdict.Accept(caller)
            : CallerVerdict.Refuse(new("token-unknown", "The token is not known.")));
}
