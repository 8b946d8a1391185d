using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Mandate.Credentials.Tests;

public sealed class SecretTests
{
    private const string Value = "s3cr3t-canary";

    [Fact]
    public void Reveal_GivesTheValue() => new Secret(Value).Reveal().ShouldBe(Value);

    [Fact]
    public void ToString_OfSecretAndOfWhatHoldsIt_ShowsNothing()
    {
        var secret = new Secret(Value);
        var options = new ClientCredentialsOptions { ClientId = "c", ClientSecret = secret };

        secret.ToString().ShouldNotContain(Value);
        $"{secret}".ShouldNotContain(Value);
        options.ToString().ShouldNotContain(Value);
        new AccessToken(secret, default, default).ToString().ShouldNotContain(Value);
        new Secret<string[]>([Value]).ToString().ShouldNotContain(Value);
    }

    [Fact]
    public void Json_Written_ShowsNothing()
    {
        JsonSerializer.Serialize(new { secret = new Secret(Value), other = new Secret<string>(Value) }).ShouldBe("""{"secret":"[secret]","other":"[secret]"}""");
        JsonSerializer.Serialize(new AccessToken(new(Value), default, default)).ShouldNotContain(Value);
    }

    [Fact]
    public void Json_Read_GivesTheSecret() => JsonSerializer.Deserialize<Secret>($"\"{Value}\"")!.Reveal().ShouldBe(Value);

    [Theory]
    [InlineData("\"\"")]
    [InlineData("7")]
    [InlineData("{}")]
    public void Json_ReadOfSomethingElse_IsRefused(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Secret>(json));

    [Fact]
    public void Json_ReadOfSecretOfT_IsRefused() => Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Secret<string>>($"\"{Value}\""));

    [Theory]
    [InlineData(typeof(Secret))]
    [InlineData(typeof(Secret<string>))]
    public void Debugger_ShowsNothing(Type type)
    {
        type.GetCustomAttribute<DebuggerDisplayAttribute>().ShouldNotBeNull().Value.ShouldBe("[secret]");
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
            field.GetCustomAttribute<DebuggerBrowsableAttribute>().ShouldNotBeNull().State.ShouldBe(DebuggerBrowsableState.Never);
        type.GetProperties().ShouldBeEmpty("a property would be shown by debuggers and written by serialisers");
    }

    [Fact]
    public void TypeConverter_ToText_ShowsNothing() =>
        TypeDescriptor.GetConverter(typeof(Secret)).ConvertToString(new Secret(Value)).ShouldBe("[secret]");

    [Fact]
    public void Configuration_BindsFromText()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ClientId"] = "c", ["ClientSecret"] = Value, ["TokenEndpoint"] = "https://idp/token", ["Scopes:0"] = "a" })
            .Build();

        var options = configuration.Get<ClientCredentialsOptions>();

        options.ShouldNotBeNull();
        options.ClientSecret.ShouldNotBeNull().Reveal().ShouldBe(Value);
        options.Scopes.ShouldBe(["a"]);
    }

    [Fact]
    public void Constructor_Empty_IsRefused() => Should.Throw<ArgumentException>(() => new Secret(""));

    [Fact]
    public void Dispose_WipesAndRefusesToReveal()
    {
        var secret = new Secret(Value);
        var kept = (char[])typeof(Secret).GetField("_value", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(secret)!;

        secret.Dispose();

        kept.ShouldAllBe(c => c == '\0');
        Should.Throw<ObjectDisposedException>(secret.Reveal).Message.ShouldNotContain(Value);
    }

    [Fact]
    public void Finalizer_NobodyRefersToIt_Wipes()
    {
        var kept = Abandon();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        kept.ShouldAllBe(c => c == '\0');

        [MethodImpl(MethodImplOptions.NoInlining)]
        static char[] Abandon() => (char[])typeof(Secret).GetField("_value", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(new Secret(Value))!;
    }

    [Fact]
    public void Wipe_OfBytesTextAndKeys_OverwritesThem()
    {
        byte[] bytes = [1, 2, 3];
        char[] text = ['a', 'b'];
        var key = RSA.Create();
        var secret = new Secret<byte[]>(bytes);

        secret.Wipe();
        new Secret<char[]>(text).Wipe();
        new Secret<RSA>(key).Wipe();

        bytes.ShouldBe(new byte[3]);
        text.ShouldBe(new char[2]);
        Should.Throw<ObjectDisposedException>(() => key.ExportParameters(false));
        Should.Throw<ObjectDisposedException>(secret.Reveal);
    }
}
