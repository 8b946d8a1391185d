using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>Asks <c>verify.py</c>, which is written from the description of the format and shares no code with what it verifies.</summary>
internal sealed class IndependentVerifier : IDisposable
{
    private readonly Process _process;

    public IndependentVerifier()
    {
        var script = Path.Combine(RepositoryRoot.Path, "test", "Mandate.Audit.Tests", "Independent", "verify.py");
        _process = Process.Start(new ProcessStartInfo("python3", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["PYTHONIOENCODING"] = "utf-8" },
        })!;
    }

    public async Task<JsonObject> AskAsync(JsonObject command)
    {
        await _process.StandardInput.WriteLineAsync(command.ToJsonString());
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit) ?? throw new InvalidOperationException("verify.py ended by itself");
        return JsonNode.Parse(line)!.AsObject();
    }

    /// <summary>Proofs hold as they are, and no longer when a byte of them is changed.</summary>
    public static async Task ShouldHoldAsync(string key, IEnumerable<string> proofs, IEnumerable<string> consistency)
    {
        using var verifier = new IndependentVerifier();
        foreach (var proof in proofs)
        {
            (await verifier.AskAsync(new() { ["inclusion"] = proof, ["key"] = key })).ToJsonString().ShouldBe("""{"ok":true}""");
            var middle = proof.IndexOf("extra ", StringComparison.Ordinal) + 60;
            var changed = proof[..middle] + (proof[middle] == 'A' ? 'B' : 'A') + proof[(middle + 1)..];
            ((bool)(await verifier.AskAsync(new() { ["inclusion"] = changed, ["key"] = key }))["ok"]!).ShouldBeFalse();
        }

        foreach (var proof in consistency)
        {
            var lines = proof.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            ((bool)(await verifier.AskAsync(new() { ["consistency"] = JsonSerializer.SerializeToNode(lines) }))["ok"]!).ShouldBeTrue(proof);
            lines[1] = lines[1][..63] + (lines[1][63] == '0' ? '1' : '0');
            ((bool)(await verifier.AskAsync(new() { ["consistency"] = JsonSerializer.SerializeToNode(lines) }))["ok"]!).ShouldBeFalse(proof);
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
