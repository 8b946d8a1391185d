using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>Stands before an authority, and lets calls wait or fail as the test says.</summary>
internal sealed class ScriptedAuthority(IApiTokenAuthority inner) : IApiTokenAuthority
{
    /// <summary>Runs before each call, which it may hold or fail; gets the method's name.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Changes what the vault says of the workflow's own credential.</summary>
    public Func<CredentialStatus?, CredentialStatus?> Own { get; set; } = s => s;

    /// <summary>Runs before a reference is looked up, which it may hold or fail.</summary>
    public Func<CredentialReference, Task> LookUp { get; set; } = _ => Task.CompletedTask;

    public static CredentialException Away() => new(CredentialErrorKind.Unavailable, "The vault is away, says the test.");

    public async ValueTask<RedeemedCredential> RedeemAsync(ApiTokenRequest request, CredentialReference reference, Uri target, CancellationToken cancellation)
    {
        await Before(nameof(RedeemAsync), cancellation);
        return await inner.RedeemAsync(request, reference, target, cancellation);
    }

    public async ValueTask<CredentialStatus> NewestAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation)
    {
        await Before(nameof(NewestAsync), cancellation);
        await LookUp(reference);
        return await inner.NewestAsync(request, reference, cancellation);
    }

    public async ValueTask<CredentialStatus?> OwnAsync(ApiTokenRequest request, CancellationToken cancellation)
    {
        await Before(nameof(OwnAsync), cancellation);
        return Own(await inner.OwnAsync(request, cancellation));
    }

    public async ValueTask<CredentialStatus> RenewAsync(ApiTokenRequest request, string name, string source, CredentialReference? known, bool isAsked, CancellationToken cancellation)
    {
        await Before(nameof(RenewAsync), cancellation);
        return await inner.RenewAsync(request, name, source, known, isAsked, cancellation);
    }

    public async ValueTask<CredentialStatus> NarrowAsync(
        ApiTokenRequest request, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, bool isStart, CancellationToken cancellation)
    {
        await Before(nameof(NarrowAsync), cancellation);
        return await inner.NarrowAsync(request, wider, name, hosts, scopes, isStart, cancellation);
    }

    public async ValueTask<CredentialStatus> RevokeAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation)
    {
        await Before(nameof(RevokeAsync), cancellation);
        return await inner.RevokeAsync(request, reference, cancellation);
    }

    public async ValueTask RecordDenialAsync(ApiTokenRequest request, Denial denial, CancellationToken cancellation)
    {
        await Before(nameof(RecordDenialAsync), cancellation);
        await inner.RecordDenialAsync(request, denial, cancellation);
    }
}
