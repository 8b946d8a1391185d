using System.Net;
using System.Text.RegularExpressions;
using Mandate.Acceptance.Tests.Support;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>What docs/stateful-workflow.md has its reader do, done with the sample as it is built: the requests are those of the page.</summary>
public sealed partial class TenantSyncTests
{
    private const string Crm = "http://127.0.0.1:9001";
    private const string Files = "http://127.0.0.1:9002";
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "stateful-workflow.md"));

    [Fact]
    public async Task Page_SampleUnderMandateUp_BothApisGetTheFirstTokenAndThenTheRotatedOne()
    {
        using var directory = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var crm = await TokenApi.StartAsync();
        await using var files = await TokenApi.StartAsync();
        await using var service = await ServiceProcess.UpAsync(directory, new Dictionary<string, string>([.. identities.Settings])
        {
            ["MANDATE_WORKERS__0__ASSEMBLY"] = Sample,
            ["MANDATE_WORKERS__0__TASKQUEUE"] = "sync",
        });
        var token = identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate sync:stop");
        using var alice = new RestClient(service.Rest, token);

        var (status, started) = await alice.PostAsync("/v1/executions", Body("/v1/executions", crm, files));
        status.ShouldBe(HttpStatusCode.Created, started.ToString());
        await GetsAsync(crm, "first-s3cr3t", "a CRM call with the first token");
        await GetsAsync(files, "first-s3cr3t", "a call of the files API with the first token");
        foreach (var id in (string[])["sync-acme/a", "sync-acme/b", "sync-acme/a/files", "sync-acme/b/files"])
            await TokenTrees.BecomesAsync(service.Grpc, token, id, 1);

        var (_, rotated) = await alice.PostAsync("/v1/executions/sync-acme/api-token", Body("/v1/executions/sync-acme/api-token", crm, files));
        rotated.GetProperty("state").GetString().ShouldBe("delivered", rotated.ToString());
        rotated.GetProperty("levels").EnumerateArray().Select(l => (l.GetProperty("delivered").GetInt32(), l.GetProperty("excluded").GetInt32())).ShouldBe([(2, 1), (2, 0)]);
        await GetsAsync(crm, "second-s3cr3t", "a CRM call with the second token");
        await GetsAsync(files, "second-s3cr3t", "a call of the files API with the second token");

        await File.WriteAllTextAsync(directory.File("token"), token);
        var tree = await ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), "tokens", "tree", "sync-acme", "--temporal-address", service.Grpc, "--set", "Temporal:ApiKeyFile=" + directory.File("token"));
        tree.ExitCode.ShouldBe(0, tree.Error);
        At(tree.Output, crm, files).Trim().ShouldBe(Printed("tokens tree").Trim());

        (await alice.PostAsync("/v1/executions/sync-acme/signals/stop", RestClient.JsonContent("{}"))).Status.ShouldBe(HttpStatusCode.Accepted);
        await Patience.UntilAsync(async () => (await alice.GetAsync("/v1/executions/sync-acme")).Body.GetProperty("status").GetString() == "completed", "the sync to stop");
    }

    /// <summary>The sample, of the same configuration as these tests.</summary>
    private static string Sample
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(RepositoryRoot.Path, "samples", "TenantSync", "bin", output.Parent!.Name, output.Name, "TenantSync.dll");
        }
    }

    /// <summary>The body that the page sends there first, with the addresses of this test's APIs.</summary>
    private static StringContent Body(string path, TokenApi crm, TokenApi files)
    {
        var body = Requests().Matches(Page).First(m => m.Groups["path"].Value == path).Groups["body"].Value;
        return RestClient.JsonContent(body.Replace(Crm, crm.Address, StringComparison.Ordinal).Replace(Files, files.Address, StringComparison.Ordinal).Replace("00:00:05", "00:00:00.2", StringComparison.Ordinal));
    }

    private static string At(string output, TokenApi crm, TokenApi files) => output.Replace(crm.Address, Crm, StringComparison.Ordinal).Replace(files.Address, Files, StringComparison.Ordinal);

    /// <summary>What the page prints below a command.</summary>
    private static string Printed(string command) => Outputs().Matches(Page).First(m => m.Groups["command"].Value.Contains(command, StringComparison.Ordinal)).Groups["output"].Value;

    private static Task GetsAsync(TokenApi api, string token, string what) => Patience.UntilAsync(() => Task.FromResult(api.LastToken == token), what);

    [GeneratedRegex(@"http://127\.0\.0\.1:8080(?<path>/\S+)[^']*?--json '(?<body>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Requests();

    [GeneratedRegex(@"^\$ (?<command>[^\n]*(\\\n[^\n]*)*)\n(?<output>([^$`][^\n]*\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Outputs();
}
