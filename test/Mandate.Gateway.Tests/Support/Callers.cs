namespace Mandate.Gateway.Tests.Support;

/// <summary>The people and programs of these tests.</summary>
internal static class Callers
{
    public static Caller Alice { get; } = User("alice", "acme");

    public static Caller Bob { get; } = User("bob", "acme");

    /// <summary>Of another tenant.</summary>
    public static Caller Carol { get; } = User("carol", "globex");

    /// <summary>A worker that serves every tenant.</summary>
    public static Caller Worker { get; } = new() { Subject = "worker-1", Kind = CallerKind.Worker, CredentialId = "api-key:w1" };

    /// <summary>A worker of one tenant.</summary>
    public static Caller AcmeWorker { get; } = new() { Subject = "acme-worker", Kind = CallerKind.Worker, Principal = new("acme-worker", "acme"), CredentialId = "api-key:w2" };

    public static Caller GlobexWorker { get; } = new() { Subject = "globex-worker", Kind = CallerKind.Worker, Principal = new("globex-worker", "globex"), CredentialId = "api-key:w3" };

    public static Caller Operator { get; } = new() { Subject = "ops", Kind = CallerKind.Service, Scopes = ["mandate:operator"], CredentialId = "api-key:o1" };

    private static Caller User(string name, string tenant) => new() { Subject = name, Kind = CallerKind.User, Principal = new(name, tenant), CredentialId = $"token:{name}" };
}
