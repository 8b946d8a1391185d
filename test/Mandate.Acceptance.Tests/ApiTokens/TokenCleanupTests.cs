using Google.Protobuf;
using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Hosting;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;
using Microsoft.Extensions.Logging;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>The hourly look at which trees have ended, on a clock of the test's, with an engine that answers what the test says.</summary>
public sealed class TokenCleanupTests : IAsyncLifetime, IDisposable
{
    private static readonly CredentialOwner Owner = new("acme", "tree", "alice");

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLoggers _loggers = new();
    // What was set within the hour before a look stays, so the first look is more than an hour after the vault's own clock.
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(30));
    private MandateOptions _options = null!;
    private TokenVault _tokens = null!;
    private int _looks;

    public async Task InitializeAsync()
    {
        _options = new() { DataDirectory = _directory.File("data") };
        _tokens = await TokenVault.OpenAsync(_options, _loggers, CancellationToken.None);
        await _tokens.Vault.SetAsync(new() { Owner = Owner, Name = "t", Value = new Secret("secret-canary"), Hosts = AllowedHosts.None });
    }

    public async Task DisposeAsync() => await _tokens.DisposeAsync();

    public void Dispose()
    {
        _directory.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task EachHour_TreesAreLookedAt_AndOnesThatEndedAreRemovedAlsoAfterAFailure()
    {
        var (isDown, hasRoot) = (true, true);
        await using var cleanup = Start(call => isDown ? throw new RpcException(RpcStatusCode.Unavailable, "no engine") : Task.FromResult(Answer(call, hasRoot)));

        await ArmedAsync();
        _clock.Advance(TimeSpan.FromMinutes(59));
        _looks.ShouldBe(0, "the hour is not over");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await LookedAsync(1);
        _loggers.Lines.ShouldContain(l => l.StartsWith("Warning TreesNotRemoved", StringComparison.Ordinal));
        (await IsThereAsync()).ShouldBeTrue();

        isDown = false;
        _clock.Advance(TimeSpan.FromHours(1));
        await LookedAsync(2);
        (await IsThereAsync()).ShouldBeTrue("its root is there");

        hasRoot = false;
        _clock.Advance(TimeSpan.FromHours(1));
        await Eventually.BecomesAsync(async () => !await IsThereAsync());
        await ArmedAsync();
        _loggers.Lines.ShouldContain(l => l.StartsWith("Information TreeRemoved", StringComparison.Ordinal));
        _loggers.Lines.ShouldAllBe(l => !l.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, false, true)]
    [InlineData(null, true, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public async Task Start_AsTheSettingsSay_LooksOrLeavesItToAnotherService(bool? removeEnded, bool isShared, bool looks)
    {
        _options.ApiTokens.RemoveEnded = removeEnded;
        _options.ApiTokens.PostgresFile = isShared ? "connection" : null;

        await using var cleanup = Start(call => Task.FromResult(Answer(call, hasRoot: true)));

        _clock.ArmedTimers.ShouldBe(looks ? 1 : 0);
    }

    [Fact]
    public async Task Dispose_InTheMiddleOfALook_EndsIt()
    {
        var cleanup = Start(async call =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
            throw new InvalidOperationException("not reached");
        });
        await ArmedAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await Eventually.BecomesAsync(() => _looks == 1);

        await cleanup.DisposeAsync().AsTask().WithinLimit();

        (await IsThereAsync()).ShouldBeTrue();
    }

    private TokenCleanup Start(Func<RpcCall, Task<IMessage>> engine) => TokenCleanup.Start(
        _options.ApiTokens,
        _tokens,
        call =>
        {
            if (call.Request is ListNamespacesRequest)
                Interlocked.Increment(ref _looks);
            return engine(call);
        },
        _loggers,
        _clock);

    private static IMessage Answer(RpcCall call, bool hasRoot) => call.Request switch
    {
        ListNamespacesRequest => new ListNamespacesResponse { Namespaces = { new DescribeNamespaceResponse { NamespaceInfo = new() { Name = "default" } } } },
        DescribeWorkflowExecutionRequest => hasRoot ? new DescribeWorkflowExecutionResponse() : throw new RpcException(RpcStatusCode.NotFound, "gone"),
        CountWorkflowExecutionsRequest => new CountWorkflowExecutionsResponse { Count = 0 },
        _ => throw new RpcException(RpcStatusCode.Unimplemented, call.Method.Name),
    };

    /// <summary>The look has come to its end when the next one waits for its time.</summary>
    private async Task LookedAsync(int looks)
    {
        await Eventually.BecomesAsync(() => _looks == looks);
        await ArmedAsync();
    }

    private Task ArmedAsync() => Eventually.BecomesAsync(() => _clock.ArmedTimers == 1);

    private async Task<bool> IsThereAsync() => await _tokens.Vault.FindAsync(Owner, "t") is not null;
}
