using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Mandate.Configuration;
using Mandate.Credentials;

namespace Mandate.Acceptance.Tests.Starting;

/// <summary>docs/configuration.md names every setting there is, and none that there is not.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Configuration_EverySetting_IsDescribed()
    {
        var described = DescribedIn(File.ReadAllText(Path.Combine(RepositoryPath(), "docs", "configuration.md")));

        described.Order(StringComparer.Ordinal).ShouldBe(SettingsOf(typeof(MandateOptions), MandateOptions.Section).Order(StringComparer.Ordinal));
    }

    /// <summary>Names in the first column of a table, with <c>&lt;n&gt;</c> for keys and numbers.</summary>
    private static IEnumerable<string> DescribedIn(string document) => FirstColumn().Matches(document)
        .SelectMany(row => Names(row.Groups["cell"].Value))
        .Select(name => Placeholder().Replace(name, "<>"))
        .Distinct();

    /// <summary>A row may shorten a second name to its last part: <c>`A:B:C`, `…:D`</c>.</summary>
    private static IEnumerable<string> Names(string cell)
    {
        var names = CodeSpan().Matches(cell).Select(m => m.Groups["name"].Value).ToArray();
        return names.Select(n => n.StartsWith('…') ? names[0][..names[0].LastIndexOf(':')] + n[1..] : n);
    }

    private static IEnumerable<string> SettingsOf(Type type, string prefix) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanWrite)
        .SelectMany(p => SettingsOfProperty(p.PropertyType, $"{prefix}:{p.Name}"));

    private static IEnumerable<string> SettingsOfProperty(Type type, string name)
    {
        if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var item = type.GetGenericArguments()[^1];
            // A list of texts is described as one setting, except where each item stands for itself.
            return item == typeof(string) ? [name.EndsWith(":Types", StringComparison.Ordinal) ? $"{name}:<>" : name] : SettingsOf(item, $"{name}:<>");
        }

        return type.Namespace == typeof(MandateOptions).Namespace || type == typeof(CredentialPlaceOptions) ? SettingsOf(type, name) : [name];
    }

    private static string RepositoryPath()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Mandate.slnx")))
                return at.FullName;
        }

        throw new InvalidOperationException("The repository was not found above the tests.");
    }

    [GeneratedRegex(@"^\| (?<cell>`Mandate:[^|]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstColumn();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex CodeSpan();

    [GeneratedRegex("<[a-z]+>")]
    private static partial Regex Placeholder();
}
