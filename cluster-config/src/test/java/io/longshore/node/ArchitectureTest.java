package io.longshore.node;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the floors, and the house rules that can be seen in class files. */
class ArchitectureTest {
  private static final String[] FLOORS = {
    "persistence", "registry", "agents", "coordinator", "gateway", "node"
  };
  private static JavaClasses longshore = new ClassFileImporter().importClasses();

  @BeforeAll
  static void read() {
    longshore =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.longshore");
    for (String floor : FLOORS) {
      assertFalse(
          longshore.that(resideInAPackage("io.longshore." + floor + "..")).isEmpty(),
          "no classes of " + floor + " were read");
    }
  }

  @Test
  void when_a_floor_uses_another_then_it_is_below() {
    var layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String floor : FLOORS) {
      layers = layers.layer(floor).definedBy("io.longshore." + floor + "..");
    }
    for (int i = 0; i < FLOORS.length; i++) {
      String[] above = java.util.Arrays.copyOfRange(FLOORS, i + 1, FLOORS.length);
      layers =
          above.length == 0
              ? layers.whereLayer(FLOORS[i]).mayNotBeAccessedByAnyLayer()
              : layers.whereLayer(FLOORS[i]).mayOnlyBeAccessedByLayers(above);
    }
    layers.check(longshore);
  }

  @Test
  void when_a_state_or_logic_decides_then_it_knows_no_pekko() {
    classes()
        .that()
        .haveNameMatching(
            ".*\\.(RegistryState|RegistryLogic|MailboxState|LedgerState|LedgerLogic|Task"
                + "|Assignment|Offers|OfferWindow|Candidate|WaitingTask|Backoff|MessageBox|ReaderPace"
                + "|SenderQueues|ReplayRing|Rate|Passivation|Settling|Standing|LedgerRoom|UsedKeys)(\\$.*)?")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("org.apache.pekko..", "scala..")
        .check(longshore);
  }

  @Test
  void when_code_wants_the_time_then_it_takes_an_injected_clock() {
    noClasses().should().callMethod(Instant.class, "now").check(longshore);
    noClasses().should().callMethod(System.class, "currentTimeMillis").check(longshore);
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(longshore);
  }

  @Test
  void when_http_is_spoken_then_only_by_gateway_and_clients() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.longshore.persistence..",
            "io.longshore.registry..",
            "io.longshore.agents..",
            "io.longshore.coordinator..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.pekko.http..")
        .check(longshore);
  }
}
