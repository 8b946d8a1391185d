using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mandate.Testing;

namespace Mandate.Architecture.Tests;

/// <summary>Acceptance scenarios: each line of a finished area has a test, and no test names a line that does not exist.</summary>
public sealed partial class ScenarioCoverageTests
{
    [Fact]
    public void Areas_MarkedDone_HaveATestForEveryLine()
    {
        var proven = ProvenScenarios().ToHashSet();

        var missing = Areas()
            .Where(a => a.Value.Done)
            .SelectMany(a => Enumerable.Range(1, a.Value.Lines).Select(n => (Area: a.Key, Number: n)))
            .Where(s => !proven.Contains(s));

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Tests_TheScenariosTheyName_Exist()
    {
        var areas = Areas();

        ProvenScenarios()
            .Where(s => !areas.TryGetValue(s.Area, out var area) || s.Number < 1 || s.Number > area.Lines)
            .ShouldBeEmpty();
    }

    private static Dictionary<string, Area> Areas() => JsonSerializer.Deserialize<Dictionary<string, Area>>(
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "test", "scenarios.json")), JsonSerializerOptions.Web)!;

    private static IEnumerable<(string Area, int Number)> ProvenScenarios() => Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "test"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal))
        .SelectMany(f => ScenarioPattern().Matches(File.ReadAllText(f)))
        .Select(m => (m.Groups[1].Value, int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex("""\[Scenario\("([a-z-]+)", (\d+)\)\]""")]
    private static partial Regex ScenarioPattern();

    private sealed record Area(int Lines, bool Done);
}
