namespace Mandate.Faults.Tests.Injection;

/// <summary>What the engine's witness wrote down in all the engine's lives.</summary>
internal sealed class Testimony
{
    private readonly string[] _lines;

    /// <param name="path">The witness's file.</param>
    public Testimony(string path) => _lines = File.ReadAllLines(path);

    /// <summary>Faults that struck, by kind.</summary>
    public IReadOnlyDictionary<string, int> Faults => After("fault ").CountBy(f => f).ToDictionary();

    /// <summary>Errors the engine logged that no injected fault explains.</summary>
    public IEnumerable<string> Errors => After("error ");

    /// <summary>Activity results that workers were told are taken, by workflow.</summary>
    public ILookup<string, string> Results => After("acknowledged ").Distinct().ToLookup(r => r.Split('/')[0]);

    private IEnumerable<string> After(string beginning) => _lines.Where(l => l.StartsWith(beginning, StringComparison.Ordinal)).Select(l => l[beginning.Length..]);
}
