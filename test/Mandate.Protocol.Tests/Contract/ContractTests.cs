using Mandate.Testing;

namespace Mandate.Protocol.Tests.Contract;

/// <summary>What is generated here is what is published: same names, numbers and types.</summary>
public sealed class ContractTests : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mandate-contract-");

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public async Task GeneratedCode_EveryTypeAndRpc_EqualsThePublishedDescriptor()
    {
        var file = Path.Combine(_scratch.FullName, "contract.json");
        await (await NodeProject.OpenAsync("eng/protos")).RunNodeAsync("generate.mjs", "--descriptor", file);
        var published = PublishedContract.Parse(await File.ReadAllTextAsync(file));
        var ours = GeneratedContract.Describe();

        published.Types.Count.ShouldBeGreaterThan(400);
        published.Services.Count.ShouldBe(3);
        ours.Types.Keys.Order(StringComparer.Ordinal).ShouldBe(published.Types.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, type) in published.Types)
        {
            var mine = ours.Types[name];
            Same(mine.Fields, type.Fields, name);
            Same(mine.Values, type.Values, name);
        }

        ours.Services.Keys.Order(StringComparer.Ordinal).ShouldBe(published.Services.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, rpcs) in published.Services)
            Same(ours.Services[name], rpcs, name);
    }

    [Fact]
    public async Task ProtoFiles_Committed_AreWhatTheScriptWrites()
    {
        await (await NodeProject.OpenAsync("eng/protos")).RunNodeAsync("generate.mjs", "--out", _scratch.FullName);
        var committed = Read(Path.Combine(RepositoryRoot.Path, "src/Mandate.Protocol/Protos"));
        var generated = Read(_scratch.FullName);

        generated.Count.ShouldBeGreaterThan(15);
        committed.Keys.Order(StringComparer.Ordinal).ShouldBe(generated.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, text) in generated)
            committed[name].ShouldBe(text, $"{name}: run `npm ci && npm run generate` in eng/protos");
    }

    private static void Same<T>(Dictionary<string, T>? mine, Dictionary<string, T>? published, string owner)
    {
        (mine is null).ShouldBe(published is null, owner);
        if (mine is null || published is null)
            return;
        mine.Keys.Order(StringComparer.Ordinal).ShouldBe(published.Keys.Order(StringComparer.Ordinal), owner);
        foreach (var (name, expected) in published)
            mine[name].ShouldBe(expected, $"{owner}.{name}");
    }

    private static Dictionary<string, string> Read(string folder) => Directory.EnumerateFiles(folder, "*.proto", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(folder, f), File.ReadAllText);
}
