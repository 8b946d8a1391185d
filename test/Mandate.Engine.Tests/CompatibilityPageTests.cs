using System.Text.RegularExpressions;
using Mandate.Engine.Frontend;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;

namespace Mandate.Engine.Tests;

/// <summary>docs/compatibility.md says of every RPC whether the engine answers it.</summary>
public sealed partial class CompatibilityPageTests
{
    [Fact]
    public async Task Page_OfEveryRpc_SaysWhatTheEngineDoes()
    {
        await using var host = await EngineHost.StartAsync();
        var answered = Endpoints.All(host.Engine.Core).Select(e => RpcMethods.ForRequest(e.RequestType).Name).ToHashSet(StringComparer.Ordinal);
        var expected = RpcMethods.All
            .Where(m => m.Service.StartsWith("temporal.", StringComparison.Ordinal))
            .ToDictionary(m => m.Name, m => answered.Contains(m.Name) ? "yes" : "no", StringComparer.Ordinal);

        var told = Row().Matches(await File.ReadAllTextAsync(Page())).ToDictionary(m => m.Groups["rpc"].Value, m => m.Groups["answered"].Value, StringComparer.Ordinal);

        told.OrderBy(t => t.Key, StringComparer.Ordinal).ShouldBe(expected.OrderBy(t => t.Key, StringComparer.Ordinal), "docs/compatibility.md must follow the engine");
    }

    private static string Page()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var page = Path.Combine(at.FullName, "docs", "compatibility.md");
            if (File.Exists(page))
                return page;
        }

        throw new FileNotFoundException("No docs/compatibility.md above the tests.");
    }

    [GeneratedRegex(@"^\| (?<rpc>[A-Za-z]+) \| (?<answered>yes|no) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
