using Mandate.Acceptance.Tests.Support;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Executions;
using Mandate.Protocol;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Rest.Problems;
using Mandate.Stateful;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>What becomes of a token that REST has put into the vault, by how its workflow answers; and what the caller hears.</summary>
public sealed class ApiTokenSettlementTests : IAsyncLifetime, IDisposable
{
    private static readonly CredentialOwner Owner = new("acme", "order", "alice");

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLoggers _logs = new();
    private CredentialVault _vault = null!;

    public async Task InitializeAsync() => _vault = await CredentialVault.OpenAsync(new()
    {
        Path = _directory.File("vault.db"), KeyEncryption = await KeyRing.OpenAsync(_directory.File("vault-keys.json"), createWhenMissing: true),
    });

    public async Task DisposeAsync() => await _vault.DisposeAsync();

    public void Dispose()
    {
        _logs.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(RpcStatusCode.ResourceExhausted, false)]
    [InlineData(RpcStatusCode.NotFound, false)]
    [InlineData(RpcStatusCode.PermissionDenied, false)]
    [InlineData(RpcStatusCode.Unauthenticated, false)]
    [InlineData(RpcStatusCode.Unavailable, true)]
    [InlineData(RpcStatusCode.Internal, true)]
    public async Task Tell_EngineFails_KeepsTheTokenOnlyIfItMayHaveArrived(RpcStatusCode code, bool isKept)
    {
        var prepared = await PrepareAsync();

        (await Should.ThrowAsync<RpcException>(() => Settlement.TellAsync<string>(Owner, prepared, () => throw new RpcException(code, "no")))).Code.ShouldBe(code);

        (await _vault.FindAsync(Owner, "order")).ShouldBeNull();
        if (isKept)
            (await _vault.NewestAsync(Owner, prepared)).Reference.ShouldBe(prepared);
        else
            await IsUnknownAsync(prepared);
    }

    [Fact]
    public async Task Tell_Taken_Counts()
    {
        var prepared = await PrepareAsync();

        (await Settlement.TellAsync(Owner, prepared, () => Task.FromResult("taken"))).ShouldBe("taken");

        (await _vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(prepared);
    }

    [Fact]
    public async Task Tell_Rejected_IsErased()
    {
        var prepared = await PrepareAsync();

        await Should.ThrowAsync<ProblemException>(() => Settlement.TellAsync<string>(Owner, prepared, () => throw new ProblemException(ProblemKind.ApiTokenRefused, "no", "no")));

        await IsUnknownAsync(prepared);
    }

    [Fact]
    public async Task Tell_TakenAndTheVaultFails_IsAnsweredAsTakenAndLogged()
    {
        var prepared = await PrepareAsync();

        var answer = await Settlement.TellAsync(Owner, prepared, async () =>
        {
            await _vault.WithdrawAsync(Owner, prepared);
            return "taken";
        });

        answer.ShouldBe("taken");
        _logs.Lines.ShouldContain(l => l.StartsWith("Error ApiTokenNotSettled: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tell_RejectedAndTheVaultFails_IsAnsweredAsRejectedAndLogged()
    {
        var prepared = await PrepareAsync();

        var problem = await Should.ThrowAsync<ProblemException>(() => Settlement.TellAsync<string>(Owner, prepared, async () =>
        {
            // A directory in its file's place: no question to it succeeds.
            await _vault.DisposeAsync();
            File.Delete(_directory.File("vault.db"));
            Directory.CreateDirectory(_directory.File("vault.db"));
            throw new ProblemException(ProblemKind.ApiTokenRefused, "no", "api-token-refused");
        }));

        problem.Reason.ShouldBe("api-token-refused");
        _logs.Lines.ShouldContain(l => l.StartsWith("Error ApiTokenNotSettled: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ApiTokenFailureTypes.NotConfigured, 400, "api-token-source-unknown")]
    [InlineData(ApiTokenFailureTypes.Superseded, 409, "api-token-superseded")]
    [InlineData(ApiTokenFailureTypes.Unavailable, 503, "api-token-unavailable")]
    [InlineData("", 409, "api-token-refused")]
    public void Refusal_SaysWhy(string type, int status, string reason)
    {
        var problem = ApiTokenRefusal.Of(new Protocol.Api.Failure.V1.Failure { Message = "Activity failed.", Cause = new() { Message = "no", ApplicationFailureInfo = new ApplicationFailureInfo { Type = type } } });

        (problem.Kind.Status, problem.Reason).ShouldBe((status, reason));
        problem.Message.Contains("Only stateful workflows", StringComparison.Ordinal).ShouldBe(reason == "api-token-refused");
    }

    private ApiTokenSettlement Settlement => new(_vault, _logs);

    private async Task<CredentialReference> PrepareAsync()
    {
        using var secret = new Secret("secret-of-the-settlement");
        return await _vault.PrepareAsync(new() { Owner = Owner, Name = "order", Value = secret, Hosts = AllowedHosts.Parse(["api.example.com"]) });
    }

    private async Task IsUnknownAsync(CredentialReference reference) =>
        (await Should.ThrowAsync<CredentialException>(() => _vault.NewestAsync(Owner, reference))).Kind.ShouldBe(CredentialErrorKind.Unknown);

    [Theory]
    [InlineData(CredentialErrorKind.Unavailable, 503, "api-token-unavailable")]
    [InlineData(CredentialErrorKind.Unknown, 404, "api-token-unknown")]
    [InlineData(CredentialErrorKind.NotConfigured, 400, "api-token-name")]
    public void Refusal_OfTheVaultBeforeTheWorkflowIsTold_SaysWhoseFaultItIs(CredentialErrorKind kind, int status, string reason)
    {
        var problem = ApiTokenRefusal.Of(new CredentialException(kind, "what the vault says"));

        problem.Kind.Status.ShouldBe(status);
        problem.Reason.ShouldBe(reason);
    }
}
