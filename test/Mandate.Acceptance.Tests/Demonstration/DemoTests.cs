using System.Text.Json;
using Mandate.Acceptance.Tests.Support;

namespace Mandate.Acceptance.Tests.Demonstration;

/// <summary>The demonstration, run as a user runs it.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_Json_PrintsOneDocumentInWhichEverythingHolds()
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, output, error) = await ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), "demo", "--json");

        exitCode.ShouldBe(0, error + output);
        var report = JsonElement.Parse(output);
        report.GetProperty("ok").GetBoolean().ShouldBeTrue();
        report.GetProperty("readyMs").GetInt32().ShouldBeGreaterThan(0);
        report.GetProperty("runs").GetArrayLength().ShouldBe(2);
        report.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("taskQueue").GetString()).Distinct().Count().ShouldBe(2);
        report.GetProperty("runs").EnumerateArray().SelectMany(r => r.GetProperty("steps").EnumerateArray()).ShouldAllBe(s => s.GetProperty("actsFor").GetString() == "alice@acme");
        report.GetProperty("downstream").EnumerateArray().ShouldAllBe(d => d.GetProperty("user").GetString() == "alice" && !d.GetProperty("userTokenSeen").GetBoolean());
        report.GetProperty("worker").GetProperty("tokensAfter").GetInt32().ShouldBeGreaterThan(report.GetProperty("worker").GetProperty("tokensBefore").GetInt32());
        report.GetProperty("audit").GetProperty("valid").GetBoolean().ShouldBeTrue();
        report.GetProperty("canary").GetProperty("hits").GetInt32().ShouldBe(0);
        report.GetProperty("canary").GetProperty("controlFound").GetBoolean().ShouldBeTrue();
        report.GetProperty("intruder").GetProperty("otherTenantLists").GetInt32().ShouldBe(0);
        report.GetProperty("intruder").GetProperty("forgedChildExists").GetBoolean().ShouldBeFalse();
        report.GetProperty("checks").EnumerateArray().Where(c => !c.GetProperty("ok").GetBoolean()).ShouldBeEmpty();
        output.ShouldNotContain("eyJ", Case.Sensitive, "no token is printed");
    }

    [Fact]
    public async Task Demo_ForPeople_ShowsTheTreeAndTheVerdict()
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, output) = await ServiceProcess.RunAsync(directory, new Dictionary<string, string> { ["NO_COLOR"] = "1", ["TERM"] = "dumb" }, "demo");

        exitCode.ShouldBe(0, output);
        output.ShouldContain("DemoOrder");
        output.ShouldContain("DemoShipping");
        output.ShouldContain("bob@acme");
        output.ShouldContain("Everything holds.");
    }

    [Fact]
    public async Task Demo_Keep_LeavesItRunningAndCleansUpWhenStopped()
    {
        using var directory = new TemporaryDirectory();
        await using var demo = await ServiceProcess.StartUntilAsync(directory, "everything runs on", "demo", "--keep", "--json");
        var kept = demo.Output.Split('\n').First(l => l.StartsWith("mandate: directory", StringComparison.Ordinal)).Split(' ')[^1];
        var address = demo.Output.Split('\n').First(l => l.StartsWith("mandate: REST API", StringComparison.Ordinal)).Split(' ')[^1];
        using (var rest = new RestClient(new Uri(address), token: null))
            (await rest.GetAsync("/health/ready")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        Directory.Exists(kept).ShouldBeTrue();

        await demo.TerminateAsync();

        demo.ExitCode.ShouldBe(0, demo.Output);
        Directory.Exists(kept).ShouldBeFalse();
    }

    [Theory]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Production")]
    [InlineData("DOTNET_ENVIRONMENT", "Production")]
    [InlineData("MANDATE_ENVIRONMENT", "Staging")]
    public async Task Demo_AnEnvironmentOtherThanDevelopment_IsRefused(string variable, string environment)
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, output) = await ServiceProcess.RunAsync(directory, new Dictionary<string, string> { [variable] = environment }, "demo");

        exitCode.ShouldBe(2);
        output.ShouldContain(environment);
        output.ShouldContain("development only");
    }
}
