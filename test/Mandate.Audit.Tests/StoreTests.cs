using Mandate.Testing;

namespace Mandate.Audit.Tests;

public sealed class StoreTests
{
    [Fact]
    public async Task Open_SecondWriter_IsRefusedAndTheFirstGoesOn()
    {
        await using var fixture = await LedgerFixture.CreateAsync(events: 1);

        var error = await Should.ThrowAsync<AuditStoreLockedException>(() => AuditLedger.OpenAsync(new() { Path = fixture.Path }));

        error.Message.ShouldContain(fixture.Path + ".lock");
        (await fixture.Ledger.AppendAsync(Samples.Entry())).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Open_AfterTheFirstClosed_Succeeds()
    {
        await using var fixture = await LedgerFixture.CreateAsync(events: 1);
        await fixture.ReopenAsync();

        (await fixture.Ledger.AppendAsync(Samples.Entry())).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Open_FileIsNoDatabase_IsRefusedWithAClearError()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("notes.txt");
        await File.WriteAllTextAsync(path, new string('n', 5_000));

        var error = await Should.ThrowAsync<AuditStoreException>(() => AuditLedger.OpenAsync(new() { Path = path }));

        error.Message.ShouldContain(path);
        (await File.ReadAllTextAsync(path)).ShouldBe(new string('n', 5_000));
        // The lock was given back.
        await Should.ThrowAsync<AuditStoreException>(() => AuditLedger.OpenAsync(new() { Path = path }));
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherProgram_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("other.db");
        using (var other = new Intruder(path, keepGuards: true))
            other.Run("CREATE TABLE event (id INTEGER)");

        (await Should.ThrowAsync<AuditStoreException>(() => AuditLedger.OpenAsync(new() { Path = path }))).Message.ShouldContain("not an audit ledger");
    }

    [Fact]
    public async Task Open_NewerVersion_IsRefused()
    {
        await using var fixture = await LedgerFixture.CreateAsync();
        await fixture.CloseAsync();
        using (var newer = new Intruder(fixture.Path, keepGuards: true))
            newer.Run("PRAGMA user_version = 99");

        (await Should.ThrowAsync<AuditStoreException>(() => fixture.OpenAsync())).Message.ShouldContain("version 99");
    }

    [Fact]
    public async Task Open_TriggersWereRemoved_PutsThemBack()
    {
        await using var fixture = await LedgerFixture.CreateAsync(events: 2);
        await fixture.CloseAsync();
        using (var intruder = new Intruder(fixture.Path, keepGuards: true))
            intruder.Run("DROP TRIGGER event_is_never_deleted");

        await fixture.OpenAsync();

        using var second = new Intruder(fixture.Path, keepGuards: true);
        Should.Throw<Exception>(() => second.Run("DELETE FROM event")).Message.ShouldContain("append-only");
    }

    [Fact]
    public async Task Open_MissingDirectory_CreatesFilesForTheOwnerAlone()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("deep/er/audit.db");
        await using var ledger = await AuditLedger.OpenAsync(new() { Path = path });
        await ledger.AppendAsync(Samples.Entry());

        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }
}
