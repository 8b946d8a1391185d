using Mandate.Identity;

namespace Mandate.Load.Gateway;

/// <summary>Two callers: a user and a worker, known by one look at a text. What judging a real token costs is measured by itself; it is done once for each token.</summary>
internal sealed class BenchCallers : ICallerAuthenticator
{
    internal const string User = "user-token";
    internal const string Worker = "worker-token";

    private static readonly CallerVerdict Alice = CallerVerdict.Accept(new() { Subject = "alice", Kind = CallerKind.User, Principal = new("alice", "acme"), CredentialId = "token:1" });
    private static readonly CallerVerdict Poller = CallerVerdict.Accept(new() { Subject = "worker", Kind = CallerKind.Worker, CredentialId = "token:2" });
    private static readonly CallerVerdict Unknown = CallerVerdict.Refuse(new("token-unknown", "The token is not known."));

    public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellation) => new(credentials.BearerToken switch
    {
        User => Alice,
        Worker => Poller,
        _ => Unknown,
    });
}
