package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code longshore} script, with a Java that prints what it is asked to run. */
@Timeout(180)
class LauncherTest {
  private static final Path SCRIPT = Path.of("..", "longshore").toAbsolutePath().normalize();

  @TempDir Path directory;
  private Path home;
  private Path jdk;

  private record Ended(int exit, String out, String err) {}

  @BeforeEach
  void layOut() throws IOException {
    home = Files.createDirectories(directory.resolve("some where"));
    Files.copy(SCRIPT, home.resolve("longshore"), StandardCopyOption.COPY_ATTRIBUTES);
    jdk = Files.createDirectories(directory.resolve("jdk"));
    Files.createDirectories(jdk.resolve("bin"));
    program(jdk.resolve("bin/java"), "for word; do echo \"$word\"; done");
    program(jdk.resolve("bin/javac"), "");
    version("17.0.15");
  }

  private void distribution() throws IOException {
    Files.createDirectories(home.resolve("lib"));
  }

  private void checkout() throws IOException {
    Files.createDirectories(home.resolve("persistence/src/main/java"));
    Files.writeString(home.resolve("pom.xml"), "");
    Files.writeString(home.resolve("persistence/pom.xml"), "");
    program(
        home.resolve("mvnw"),
        """
        echo "mvnw $*"
        rm -rf target/longshore/lib
        mkdir -p target/longshore/lib
        echo x > target/longshore/lib/longshore-loadtest-1.jar
        """);
  }

  private void version(String version) throws IOException {
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  private static void program(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended run(Path script, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().remove("LONGSHORE_JAVA_OPTS");
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().putAll(environment);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Ended run(String... args) throws IOException, InterruptedException {
    return run(home.resolve("longshore"), Map.of(), args);
  }

  @Test
  void when_the_script_is_checked_then_its_syntax_is_right() throws Exception {
    Process sh =
        new ProcessBuilder("sh", "-n", SCRIPT.toString()).redirectErrorStream(true).start();

    String said = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, sh.waitFor(), said);
  }

  @Test
  void when_a_command_runs_then_its_arguments_arrive_as_they_are() throws Exception {
    distribution();

    Ended ended = run("submit", "-c", "a b", "*", "", "$HOME");

    List<String> words = ended.out().lines().toList();
    int main = words.indexOf("io.longshore.node.Main");
    assertEquals(
        List.of("submit", "-c", "a b", "*", "", "$HOME"), words.subList(main + 1, words.size()));
    assertEquals(home.resolve("lib") + "/*", words.get(main - 1));
    assertTrue(words.contains("-XX:TieredStopAtLevel=1"), ended.out());
    assertFalse(words.contains("-XX:+ExitOnOutOfMemoryError"), ended.out());
  }

  @Test
  void when_there_are_plugins_then_they_are_on_the_class_path_after_our_own() throws Exception {
    distribution();
    Path plugins = Files.createDirectories(home.resolve("plugins"));
    Path others = Files.createDirectories(directory.resolve("others"));

    Ended beside = run("serve");
    Ended elsewhere =
        run(home.resolve("longshore"), Map.of("LONGSHORE_PLUGINS", others.toString()), "serve");
    Ended nowhere =
        run(home.resolve("longshore"), Map.of("LONGSHORE_PLUGINS", others + "x"), "serve");

    String ours = home.resolve("lib") + "/*:";
    assertTrue(beside.out().lines().toList().contains(ours + plugins + "/*"), beside.out());
    assertTrue(elsewhere.out().lines().toList().contains(ours + others + "/*"), elsewhere.out());
    assertEquals(2, nowhere.exit());
  }

  @Test
  void when_a_node_or_a_measurement_starts_then_it_gets_its_main_class_and_flags()
      throws Exception {
    distribution();

    String serve = run("serve").out();
    String bench = run("bench", "x").out();

    assertTrue(serve.contains("-XX:+ExitOnOutOfMemoryError\n"), serve);
    assertTrue(serve.endsWith("io.longshore.node.Main\nserve\n"), serve);
    assertFalse(serve.contains("TieredStopAtLevel"), serve);
    assertTrue(bench.endsWith("io.longshore.loadtest.LoadtestMain\nbench\nx\n"), bench);
    assertTrue(serve.contains("common.parallelism="), serve);
  }

  @Test
  void when_a_collector_is_named_then_it_takes_the_place_of_ours() throws Exception {
    distribution();
    Map<String, String> options = Map.of("LONGSHORE_JAVA_OPTS", "-XX:+UseZGC");

    for (String command : List.of("serve", "agents")) {
      Ended ended = run(home.resolve("longshore"), options, command);
      List<String> collectors =
          ended.out().lines().filter(word -> word.matches("-XX:[+]Use.*GC")).toList();
      assertEquals(List.of("-XX:+UseZGC"), collectors);
    }
  }

  @Test
  void when_an_archive_of_classes_was_made_then_it_is_used_until_the_jars_change()
      throws Exception {
    distribution();
    program(
        jdk.resolve("bin/java"),
        """
        for word; do
          echo "$word"
          case $word in -XX:ArchiveClassesAtExit=*) echo x >"${word#*=}" ;; esac
        done
        """);
    Files.setLastModifiedTime(
        home.resolve("lib"), FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    String use = "-XX:SharedArchiveFile=" + home.resolve("classes.jsa");

    assertFalse(run("serve").out().contains("SharedArchiveFile"));
    Ended made = run("archive");
    assertEquals(0, made.exit());
    assertEquals("", made.out());
    assertTrue(run("serve").out().lines().toList().contains(use));
    assertTrue(run("agents").out().lines().toList().contains(use));
    Files.setLastModifiedTime(
        home.resolve("lib"), FileTime.from(Instant.now().plus(Duration.ofDays(1))));
    assertFalse(run("serve").out().contains("SharedArchiveFile"));
  }

  @Test
  void when_java_is_new_then_it_is_told_not_to_warn_and_own_options_come_last() throws Exception {
    distribution();
    version("25.0.1");

    String out =
        run(home.resolve("longshore"), Map.of("LONGSHORE_JAVA_OPTS", "-Xmx1g -Dx=y"), "agents")
            .out();

    assertTrue(out.contains("--sun-misc-unsafe-memory-access=allow\n-Xmx1g\n-Dx=y\n-cp\n"), out);
    version("17.0.1");
    assertFalse(run("agents").out().contains("unsafe"));
  }

  @Test
  void when_it_is_run_through_links_then_it_finds_its_home() throws Exception {
    distribution();
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path link = Files.createSymbolicLink(bin.resolve("two"), home.resolve("longshore"));
    Path relative = Files.createSymbolicLink(directory.resolve("one"), Path.of("bin/two"));

    assertTrue(run(link, Map.of(), "x").out().contains(home + "/lib/*"));
    assertTrue(run(relative, Map.of(), "x").out().contains(home + "/lib/*"));
  }

  @Test
  void when_java_is_too_old_or_missing_then_that_is_said() throws Exception {
    distribution();
    version("1.8.0_402");
    Ended old = run("agents");
    Files.delete(jdk.resolve("release"));
    program(jdk.resolve("bin/java"), "echo 'openjdk version \"11.0.2\" 2019' >&2");
    Ended asked = run("agents");
    Ended missing =
        run(home.resolve("longshore"), Map.of("JAVA_HOME", "", "PATH", noJava()), "agents");

    assertEquals(2, old.exit());
    assertTrue(old.err().contains("is Java 8. Set JAVA_HOME to a newer one."), old.err());
    assertTrue(asked.err().contains("is Java 11."), asked.err());
    assertEquals(2, missing.exit());
    assertTrue(missing.err().contains("There is no java on the PATH"), missing.err());
  }

  /** A PATH with what the script needs besides Java. */
  private String noJava() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("dirname", "readlink")) {
      program(bin.resolve(tool), "exec /usr/bin/" + tool + " \"$@\"");
    }
    return bin.toString();
  }

  @Test
  void when_it_is_used_first_then_it_builds_once_and_says_so() throws Exception {
    checkout();

    Ended first = run("agents");
    Ended second = run("agents");

    assertEquals(
        "Building Longshore (first use, about a minute) … log: target/build.log\n", first.err());
    assertTrue(first.out().endsWith("io.longshore.node.Main\nagents\n"), first.out());
    assertEquals("", second.err());
    assertEquals(
        "mvnw -B -ntp -q -Dmaven.test.skip=true -Dfast package\n",
        Files.readString(home.resolve("target/build.log")));
  }

  @Test
  void when_a_source_is_newer_or_gone_then_it_builds_again() throws Exception {
    checkout();
    Path source = home.resolve("persistence/src/main/java/A.java");
    Files.writeString(source, "");
    run("agents");

    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofSeconds(2))));
    Ended changed = run("agents");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    Ended same = run("agents");
    Files.delete(source);
    Ended deleted = run("agents");

    assertTrue(changed.err().contains("its sources have changed"), changed.err());
    assertEquals("", same.err());
    assertTrue(deleted.err().contains("its sources have changed"), deleted.err());
  }

  @Test
  void when_the_build_fails_then_the_end_of_its_log_is_shown() throws Exception {
    checkout();
    program(home.resolve("mvnw"), "seq 1 100; echo '[ERROR] no luck'; exit 1");

    Ended ended = run("agents");

    assertEquals(2, ended.exit());
    assertTrue(
        ended.err().contains("\n100\n[ERROR] no luck\nLongshore could not be built."), ended.err());
    assertFalse(ended.err().contains("\n50\n"), ended.err());
    assertFalse(Files.exists(home.resolve("target/longshore/building")));
  }

  @Test
  void when_there_is_no_compiler_then_that_is_said_before_the_build() throws Exception {
    checkout();
    Files.delete(jdk.resolve("bin/javac"));

    Ended ended = run("agents");

    assertEquals(2, ended.exit());
    assertTrue(ended.err().contains("needs a JDK"), ended.err());
  }

  @Test
  void when_an_earlier_build_was_killed_then_its_lock_does_not_stand_in_the_way() throws Exception {
    checkout();
    Files.createDirectories(home.resolve("target/longshore/building"));
    Files.writeString(home.resolve("target/longshore/building/pid"), "999999999");

    assertEquals(0, run("agents").exit());
  }
}
